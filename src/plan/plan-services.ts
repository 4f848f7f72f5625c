import type { ServiceNetwork } from '../model/service.ts';
import type { Container } from '../model/container.ts';
import { isCreation, type Decision, type ServiceDecision } from './operation.ts';
import type { ObservedContainer, ObservedNetworks } from './observed.ts';
import { planContainer, runs } from './plan-container.ts';

/** The wanted state of a service's container. */
interface ServiceGoal {
  readonly name: string;
  /** Identifies its image: the lock's pin, or the engine's id. */
  readonly content: string;
  /** Hash of command, environment, mounts and the like. */
  readonly settings: string;
  readonly until?: 'completed' | undefined;
  readonly network?: ServiceNetwork | undefined;
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
  networks: ObservedNetworks,
): readonly ServiceDecision[] {
  const declared = new Set(goals.map(({ name }) => name));
  const gone = observed.filter(({ service }) => !declared.has(service ?? ''));
  const removals = gone.map(({ service = '', container }): ServiceDecision => ({
    service,
    kind: 'remove',
    container: container.id,
    cause: 'it is no longer in devenv.yaml',
  }));
  return [...removals, ...goals.flatMap((goal) => planService(goal, observed, networks))];
}

function planService(
  goal: ServiceGoal,
  observed: readonly ObservedContainer[],
  networks: ObservedNetworks,
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
  return [...removals, ...planKept(goal, kept, networks).map((operation) => ({ service, ...operation }))];
}

function planKept(
  goal: ServiceGoal,
  { container, content, settings, former }: ObservedContainer,
  networks: ObservedNetworks,
): readonly Decision[] {
  if (former !== undefined)
    return [{ kind: 'recreate', container: container.id, cause: `the project was at ${former}` }];
  if (content !== goal.content) return [{ kind: 'recreate', container: container.id, cause: 'its image changed' }];
  if (settings !== goal.settings) return [{ kind: 'recreate', container: container.id, cause: 'its settings changed' }];
  if (goal.until === undefined) return planContainer(container, networks, goal.name);
  if (isDone(container)) return [];
  return planContainer(container, networks, goal.name).map((one) =>
    one.kind === 'start' && container.state === 'exited' ? { ...one, cause: 'it has not completed' } : one,
  );
}

/**
 * Replaces services whose network is that of another container, if that one is
 * another by now, or starts again while they run.
 */
export function followNetworks(
  goals: readonly ServiceGoal[],
  observed: readonly ObservedContainer[],
  workspace: { readonly decisions: readonly Decision[]; readonly container: string | undefined },
  decided: readonly ServiceDecision[],
): readonly ServiceDecision[] {
  let all = decided;
  // An owner may share the network of a third: as often as there are services.
  for (let turn = 0; turn < goals.length; turn += 1)
    for (const goal of goals) all = followOne(goal, observed, workspace, all);
  return all;
}

function followOne(
  { name, network, until }: ServiceGoal,
  observed: readonly ObservedContainer[],
  workspace: { readonly decisions: readonly Decision[]; readonly container: string | undefined },
  decided: readonly ServiceDecision[],
): readonly ServiceDecision[] {
  if (network?.kind !== 'shared') return decided;
  const own = decided.filter(({ service }) => service === name);
  const gone = own.flatMap((one) => (one.kind === 'remove' ? [one.container] : []));
  const kept = observed.find(({ service, container }) => service === name && !gone.includes(container.id));
  if (kept === undefined || own.some(isCreation) || (until !== undefined && isDone(kept.container))) return decided;
  const of = network.of;
  const decisions = of === '' ? workspace.decisions : decided.filter(({ service }) => service === of);
  const owner = of === '' ? workspace.container : observed.find(({ service }) => service === of)?.container.id;
  const starts = decisions.some(({ kind }) => kind === 'start') && runs(kept.container);
  if (!starts && !decisions.some(isCreation) && kept.shares === owner) return decided;
  const cause = `it uses the network of ${of === '' ? 'the workspace' : of}, which starts again`;
  const again: ServiceDecision = { service: name, kind: 'recreate', container: kept.container.id, cause };
  return [...decided.filter((one) => one.service !== name || one.kind === 'remove'), again];
}
