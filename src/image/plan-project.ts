import { DevenvError } from '../errors/devenv-error.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Resolved } from '../model/version.ts';
import { planImage } from './plan-image.ts';
import { providers } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';

export interface PlanOptions {
  readonly clean: boolean;
  /** Take the newest versions that fit, not those of the lock. */
  readonly update?: boolean;
}

/** Plans a build by files alone, without an engine and a network. */
export function planProject(project: Project, options: PlanOptions): ImagePlan {
  const pins: Resolved = options.update === true ? {} : (project.lock?.resolved ?? {});
  const { environment, desired, lock } = project;
  return planImage({ environment, desired, lock, clean: options.clean, pins, providers });
}

/**
 * Shows a plan and asks for agreement. The first build needs none: it changes
 * no version. Throws DRIFT_UNSAVED, CHANGES_PENDING.
 */
export async function confirmPlan(
  context: Context,
  project: Project,
  plan: Extract<ImagePlan, { kind: 'build' }>,
  options: { readonly discard: boolean },
): Promise<void> {
  if (plan.loses.length > 0 && !options.discard) {
    throw new DevenvError(
      'DRIFT_UNSAVED',
      `This build loses the changes that version ${plan.loses.join(', ')} committed.`,
      {
        hint: 'See what devenv.yaml does not make with `devenv build --clean --check`, declare it, then run the same command with --discard.',
        state: 'Nothing was built; those versions stay as they are.',
      },
    );
  }
  if (project.lock === undefined) return;
  for (const line of describeBuild(plan)) context.progress.note(line);
  if (await context.prompt.confirm('Build this as a new version?', false)) return;
  throw new DevenvError('CHANGES_PENDING', 'devenv.yaml asks for a new version, and the build was not confirmed.', {
    hint: 'Run the same command with --yes, or `devenv up --frozen` to refuse such changes.',
    state: 'Nothing was built.',
  });
}

/** Prints a plan: its start, its steps with their causes, and what it loses. */
export function describeBuild(plan: ImagePlan): readonly string[] {
  if (plan.kind === 'none') return ['Nothing to build: the current version has all that devenv.yaml asks for.'];
  const start = plan.start.kind === 'base' ? 'from the base' : `on top of version ${String(plan.start.number)}`;
  const because = plan.cause === undefined ? '' : `, because ${plan.cause}`;
  const steps = plan.steps.map(({ id, title, cause }) => `  ${id}: ${title} (${cause})`);
  const lost = plan.loses.map(
    (number) =>
      `  Version ${String(number)} is a commit: the new version loses its changes that devenv.yaml does not declare.`,
  );
  return [
    `Build ${start}${because}:`,
    ...(steps.length === 0 ? ['  no steps: only the record changes'] : steps),
    ...lost,
  ];
}
