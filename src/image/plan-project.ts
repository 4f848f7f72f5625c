import { DevenvError } from '../errors/devenv-error.ts';
import type { ImagePlan } from '../model/plan.ts';
import type { Resolved } from '../model/version.ts';
import { planImage } from './plan-image.ts';
import { describeBuild } from './describe-build.ts';
import { providers } from '../providers/registry.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';

export interface PlanOptions {
  readonly clean: boolean;
  /** Ignore the lock's exact versions and take the newest that fit. */
  readonly update?: boolean;
}

/** What a build would do; read from files alone: no engine and no network. */
export function planProject(project: Project, options: PlanOptions): ImagePlan {
  const pins: Resolved = options.update === true ? {} : (project.lock?.resolved ?? {});
  const { environment, desired, lock } = project;
  return planImage({ environment, desired, lock, clean: options.clean, pins, providers });
}

/**
 * Shows a plan and asks before it is carried out. The first build needs no
 * question: there is nothing yet that it could change.
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
      `This build cannot keep what was committed by hand in version ${plan.loses.join(', ')}.`,
      {
        hint: 'Declare it in devenv.yaml, or run the same command with --discard.',
        state: 'Nothing was built; those versions stay as they are.',
      },
    );
  }
  if (project.lock === undefined) return;
  for (const line of describeBuild(plan)) context.progress.note(line);
  if (await context.prompt.confirm('Build this as a new version?', false)) return;
  throw new DevenvError('CHANGES_PENDING', 'devenv.yaml asks for a new version, and nobody agreed to build it.', {
    hint: 'Run the same command with --yes, or `devenv up --frozen` to refuse such changes.',
    state: 'Nothing was built.',
  });
}
