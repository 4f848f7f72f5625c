import type { Container } from '../model/container.ts';
import { isHalfMade } from '../model/half-made.ts';
import type { Operation } from '../model/plan.ts';
import type { Digest } from '../model/version.ts';
import { planContainer, type NetworkGoal } from './plan-container.ts';

/** What a workspace should be. */
export interface WorkspaceGoal {
  readonly version: number;
  readonly content: Digest;
  /** Hash of mounts, environment, user and the like. */
  readonly settings: string;
  /** Absent where there are no services. */
  readonly network?: NetworkGoal | undefined;
}

/** A container of this workspace, and what it is made of. */
export interface ObservedWorkspace {
  readonly container: Container;
  /** The content it stands at: the version it was made from, or the one last captured from it. */
  readonly content: string;
  readonly settings: string;
}

/**
 * What makes the goal true. Nothing, usually. Of several containers (an `up`
 * that was killed leaves one) the one that fits best is kept, and never one
 * whose making did not come to its end.
 */
export function planWorkspace(goal: WorkspaceGoal, observed: readonly ObservedWorkspace[]): readonly Operation[] {
  const whole = observed.filter(({ container }) => !isHalfMade(container));
  const [kept, ...extra] = whole.sort((a, b) => rank(goal, b) - rank(goal, a));
  const halves = observed.filter(({ container }) => isHalfMade(container));
  const removals = [...halves, ...extra].map(({ container }): Operation => ({
    kind: 'remove',
    container: container.id,
    cause: 'left over from an interrupted command',
  }));
  const create: Operation = { kind: 'create', cause: 'no workspace yet' };
  return [...removals, ...(kept === undefined ? [create] : planKept(goal, kept))];
}

function planKept(goal: WorkspaceGoal, { container, content, settings }: ObservedWorkspace): readonly Operation[] {
  const id = container.id;
  if (content !== goal.content)
    return [{ kind: 'recreate', container: id, cause: `version ${String(goal.version)} is current` }];
  if (settings !== goal.settings) return [{ kind: 'recreate', container: id, cause: 'its settings changed' }];
  return planContainer(container, goal.network);
}

/** Running and fitting first, then the newest. */
function rank(goal: WorkspaceGoal, { container, content, settings }: ObservedWorkspace): number {
  const fits = content === goal.content && settings === goal.settings;
  // Seconds since the epoch stay below 2^40.
  return (container.state === 'running' ? 4 : 0) * 2 ** 40 + (fits ? 2 : 0) * 2 ** 40 + container.created;
}
