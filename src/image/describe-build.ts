import type { ImagePlan } from '../model/plan.ts';

/** Prints a plan: its start, its steps with their causes, and what it loses. */
export function describeBuild(plan: ImagePlan): readonly string[] {
  if (plan.kind === 'none') return ['Nothing to do: the current version has all that devenv.yaml asks for.'];
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
