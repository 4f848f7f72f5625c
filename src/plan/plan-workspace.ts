import { isHalfMade } from '../model/container.ts';
import type { Decision } from './operation.ts';
import type { Digest } from '../model/version.ts';
import type { ObservedContainer, ObservedNetworks } from './observed.ts';
import { planContainer } from './plan-container.ts';

/** The wanted state of a workspace's container. */
interface WorkspaceGoal {
  readonly version: number;
  /** Absent if the version is not built yet. */
  readonly content: Digest | undefined;
  /** Hash of mounts, environment, user and the like. */
  readonly settings: string;
  readonly networks: ObservedNetworks;
}

/**
 * Decides what brings the workspace to the goal; usually nothing. Of several
 * containers (a killed `up` leaves one) the best match is kept, never one that
 * was not completed.
 */
export function planWorkspace(goal: WorkspaceGoal, observed: readonly ObservedContainer[]): readonly Decision[] {
  const whole = observed.filter(({ container }) => !isHalfMade(container));
  const [kept, ...extra] = whole.sort((a, b) => rank(goal, b) - rank(goal, a));
  const halves = observed.filter(({ container }) => isHalfMade(container));
  const create: Decision = { kind: 'create', cause: 'no workspace yet' };
  return [...removeLeftOver([...halves, ...extra]), ...(kept === undefined ? [create] : planKept(goal, kept))];
}

/** Removes containers beside the one that a workspace keeps. */
export const removeLeftOver = (containers: readonly ObservedContainer[]): readonly Decision[] =>
  containers.map(({ container: { id } }) => ({
    ...{ kind: 'remove', container: id, cause: 'left over from an interrupted command' },
  }));

function planKept(
  goal: WorkspaceGoal,
  { container, content, settings, changed = [], former }: ObservedContainer,
): readonly Decision[] {
  const id = container.id;
  if (former !== undefined) return [{ kind: 'recreate', container: id, cause: `the project was at ${former}` }];
  if (content !== goal.content)
    return [{ kind: 'recreate', container: id, cause: `version ${String(goal.version)} is current` }];
  if (settings !== goal.settings) {
    const keys = changed.length === 0 ? '' : `: ${changed.join(', ')}`;
    return [{ kind: 'recreate', container: id, cause: `its settings changed${keys}` }];
  }
  return planContainer(container, goal.networks, '');
}

/** Running and fitting first, then the newest. */
function rank(goal: WorkspaceGoal, { container, content, settings }: ObservedContainer): number {
  const fits = content === goal.content && settings === goal.settings;
  // Seconds since the epoch stay below 2^40.
  return (container.state === 'running' ? 4 : 0) * 2 ** 40 + (fits ? 2 : 0) * 2 ** 40 + container.created;
}
