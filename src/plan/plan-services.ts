import type { Container } from '../model/container.ts';
import type { Operation, ServiceOperation } from '../model/plan.ts';
import { planContainer, type NetworkGoal } from './plan-container.ts';

/** What the container of a service should be. */
export interface ServiceGoal {
  readonly name: string;
  /** What tells its image from others: the lock's pin, or the engine's id. */
  readonly content: string;
  /** Hash of command, environment, mounts and the like. */
  readonly settings: string;
}

/** A container of a service of this workspace, and what it was made of. */
export interface ObservedService {
  readonly service: string;
  readonly container: Container;
  readonly content: string;
  readonly settings: string;
}

/**
 * What makes the services those of devenv.yaml, in the order of the goals;
 * what is declared no longer goes first. Nothing for a service that runs as it
 * should.
 */
export function planServices(
  goals: readonly ServiceGoal[],
  observed: readonly ObservedService[],
  network: Omit<NetworkGoal, 'alias'> | undefined,
): readonly ServiceOperation[] {
  const declared = new Set(goals.map(({ name }) => name));
  const gone = observed.filter(({ service }) => !declared.has(service));
  const removals = gone.map(({ service, container }): ServiceOperation => ({
    service,
    kind: 'remove',
    container: container.id,
    cause: 'it is no longer in devenv.yaml',
  }));
  return [...removals, ...goals.flatMap((goal) => planService(goal, observed, network))];
}

function planService(
  goal: ServiceGoal,
  observed: readonly ObservedService[],
  network: Omit<NetworkGoal, 'alias'> | undefined,
): readonly ServiceOperation[] {
  const fits = ({ content, settings }: ObservedService): boolean =>
    content === goal.content && settings === goal.settings;
  const rank = (one: ObservedService): number => (fits(one) ? 2 : 0) + (one.container.state === 'running' ? 1 : 0);
  const [kept, ...extra] = observed.filter(({ service }) => service === goal.name).sort((a, b) => rank(b) - rank(a));
  const service = goal.name;
  if (kept === undefined) return [{ service, kind: 'create', cause: 'there is none yet' }];
  const removals = extra.map(({ container }): ServiceOperation => ({
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
  { container, content, settings }: ObservedService,
  network: NetworkGoal | undefined,
): readonly Operation[] {
  if (content !== goal.content) return [{ kind: 'recreate', container: container.id, cause: 'its image changed' }];
  if (settings !== goal.settings) return [{ kind: 'recreate', container: container.id, cause: 'its settings changed' }];
  return planContainer(container, network);
}
