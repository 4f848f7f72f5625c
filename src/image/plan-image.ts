import type { Environment } from '../model/environment.ts';
import { type Items, isEmptyDelta, itemsOf, reconcileItems } from '../model/item.ts';
import type { ImagePlan, Step } from '../model/plan.ts';
import type { Lock, Resolved, Version } from '../model/version.ts';
import type { Provider, Rebuild } from '../providers/provider.ts';
import { explainBaseChange } from '../lock/dockerfile-item.ts';
import { lineage, resolveVersionItems } from '../lock/version-items.ts';

interface ImagePlanInput {
  readonly environment: Environment;
  /** Of devenv.yaml. */
  readonly desired: Items;
  /** Absent before the first build. */
  readonly lock: Lock | undefined;
  /** Build from the base. */
  readonly clean: boolean;
  /** Exact versions to build with. */
  readonly pins: Resolved;
  /** In the order in which their steps run. */
  readonly providers: readonly Provider[];
}

/**
 * Plans the steps from the current version to what devenv.yaml says. Starts at
 * the newest version of the chain on which every difference can be made, else
 * at the base.
 */
export function planImage(input: ImagePlanInput): ImagePlan {
  const { desired, lock, clean } = input;
  if (lock === undefined) return planFromBase(input, [], undefined);
  const chain = lineage(lock, lock.current);
  if (clean) return planFromBase(input, chain, 'a clean build was asked for');

  const delta = reconcileItems(resolveVersionItems(lock, lock.current), desired);
  if (isEmptyDelta(delta)) return { kind: 'none' };

  let cause: string | undefined;
  for (const [index, version] of chain.entries()) {
    const recorded = resolveVersionItems(lock, version.number);
    const steps = planSteps(input, recorded);
    if ('kind' in steps) {
      cause ??= steps.cause;
      continue;
    }
    return {
      kind: 'build',
      start: { kind: 'version', number: version.number },
      ...(cause === undefined ? {} : { cause }),
      steps,
      items: reconcileItems(recorded, desired),
      loses: commitsAmong(chain.slice(0, index)),
    };
  }
  return planFromBase(input, chain, cause);
}

function planFromBase(input: ImagePlanInput, lost: readonly Version[], cause: string | undefined): ImagePlan {
  const steps = planSteps(input, { base: input.desired['base'] ?? '' });
  if ('kind' in steps) throw new Error(`a build from the base asks for another one: ${steps.cause}`);
  return {
    kind: 'build',
    start: { kind: 'base' },
    ...(cause === undefined ? {} : { cause }),
    steps,
    items: reconcileItems({}, input.desired),
    loses: commitsAmong(lost),
  };
}

function planSteps(input: ImagePlanInput, recorded: Items): readonly Step[] | Rebuild {
  const [before, after] = [recorded['base'], input.desired['base']];
  if (before !== after) return { kind: 'rebuild', cause: explainBaseChange(before, after) };
  const steps: Step[] = [];
  for (const provider of input.providers) {
    const planned = provider.plan(
      itemsOf(input.desired, provider.name),
      itemsOf(recorded, provider.name),
      input.environment,
      input.pins[provider.name] ?? {},
    );
    if ('kind' in planned) return planned;
    steps.push(...planned);
  }
  return steps;
}

function commitsAmong(versions: readonly Version[]): number[] {
  return versions.filter(({ kind }) => kind === 'commit').map(({ number }) => number);
}
