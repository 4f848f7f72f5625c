import type { Container } from '../model/container.ts';
import type { Decision, ServiceDecision } from './operation.ts';
import type { ObservedContainer, ObservedNetwork } from './observed.ts';
import { planContainer, type NetworkGoal } from './plan-container.ts';

/** The wanted state of a service's container. */
export interface ServiceGoal {
  readonly name: string;
  /** Identifies its image: the lock's pin, or the engine's id. */
  readonly content: string;
  /** Hash of command, environment, mounts and the like. */
  readonly settings: string;
  readonly until?: 'completed' | undefined;
}

/** True for the container of a service that runs once and has ended as it should. */
export const isDone = ({ state, exitCode }: Container): boolean => state === 'exited' && exitCode === 0;

/**
 * Decides what brings the services to devenv.yaml, in the order of the goals.
 * Services that are no longer declared are removed first. Nothing for a service
 * that fits and runs.
 */
export function planServices(
  goals: readonly ServiceGoal[],
  observed: readonly ObservedContainer[],
  network: ObservedNetwork | undefined,
): readonly ServiceDecision[] {
  const declared = new Set(goals.map(({ name }) => name));
  const gone = observed.filter(({ service }) => !declared.has(service ?? ''));
  const removals = gone.map(({ service = '', container }): ServiceDecision => ({
    service,
    kind: 'remove',
    container: container.id,
    cause: 'it is no longer in devenv.yaml',
  }));
  return [...removals, ...goals.flatMap((goal) => planService(goal, observed, network))];
}

function planService(
  goal: ServiceGoal,
  observed: readonly ObservedContainer[],
  network: ObservedNetwork | undefined,
): readonly ServiceDecision[] {
  const fits = ({ content, settings }: ObservedContainer): boolean =>
    content === goal.content && settings === goal.settings;
  const rank = (one: ObservedContainer): number => (fits(one) ? 2 : 0) + (one.container.state === 'running' ? 1 : 0);
  const [kept, ...extra] = observed.filter(({ service }) => service === goal.name).sort((a, b) => rank(b) - rank(a));
  const service = goal.name;
  if (kept === undefined) return [{ service, kind: 'create', cause: 'there is none yet' }];
  const removals = extra.map(({ container }): ServiceDecision => ({
    service,
    kind: 'remove',
    container: container.id,
    cause: 'left over from an interrupted command',
  }));
  return [
    ...removals,
    ...planKept(goal, kept, network && { ...network, alias: service }).map((operation) => ({ service, ...operation })),
  ];
}

function planKept(
  goal: ServiceGoal,
  { container, content, settings, former }: ObservedContainer,
  network: NetworkGoal | undefined,
): readonly Decision[] {
  if (former !== undefined)
    return [{ kind: 'recreate', container: container.id, cause: `the project was at ${former}` }];
  if (content !== goal.content) return [{ kind: 'recreate', container: container.id, cause: 'its image changed' }];
  if (settings !== goal.settings) return [{ kind: 'recreate', container: container.id, cause: 'its settings changed' }];
  if (goal.until === undefined) return planContainer(container, network);
  if (isDone(container)) return [];
  return planContainer(container, network).map((one) =>
    one.kind === 'start' && container.state === 'exited' ? { ...one, cause: 'it has not completed' } : one,
  );
}
