import type { ImagePlan } from '../model/plan.ts';

/** A plan as lines of text: where it starts, its steps and why, what it loses. */
export function describeBuild(plan: ImagePlan): readonly string[] {
  if (plan.kind === 'none') return ['Nothing to do: the current version has all that devenv.yaml asks for.'];
  const start = plan.start.kind === 'base' ? 'from the base' : `on top of version ${String(plan.start.number)}`;
  const because = plan.cause === undefined ? '' : `, because ${plan.cause}`;
  const steps = plan.steps.map(({ id, title, cause }) => `  ${id}: ${title} (${cause})`);
  const lost = plan.loses.map(
    (number) =>
      `  Version ${String(number)} was committed by hand: what devenv.yaml does not declare of it will be missing.`,
  );
  return [
    `Build ${start}${because}:`,
    ...(steps.length === 0 ? ['  no steps: only the record changes'] : steps),
    ...lost,
  ];
}
