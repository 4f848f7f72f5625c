import type { After, Graph } from './graph.ts';
import type { Observed, ObservedService } from './observed.ts';
import { isCreation, type ServiceDecision } from './operation.ts';
import { isDone } from './plan-services.ts';
import { spellOut } from './spell-out.ts';
import type { PublishedPort } from '../model/workspace.ts';

interface ReadinessOptions {
  /** Decisions about the services. */
  readonly decisions: readonly ServiceDecision[];
  /** Before anything is done to a service. */
  readonly after: After;
  /** Before the container of a service is created. */
  readonly create: (service: ObservedService) => After;
  readonly ports: ReadonlyMap<string, readonly PublishedPort[]>;
  readonly networks: ReadonlyMap<string, number>;
  /** After which operation the workspace runs. */
  readonly workspace: number | undefined;
}

/**
 * Plans that services run, have their secrets and are ready, each after those
 * that it needs. Gives the operations after which all are ready, and the last
 * one on each container.
 */
export function planReadiness(
  graph: Graph,
  { serviceContainers, secrets, networks: { endpoints } }: Pick<Observed, 'serviceContainers' | 'secrets' | 'networks'>,
  services: readonly ObservedService[],
  { decisions, after, create, ports, networks, workspace }: ReadinessOptions,
): { readonly ready: After; readonly last: After } {
  const reached = { started: new Map<string, number>(), ready: new Map<string, number>() };
  const living = new Set<string>();
  const last: (number | undefined)[] = [];
  for (const service of sortByNeeds(services)) {
    const { name, dependsOn, askedFromWorkspace, until } = service;
    const decided = decisions.filter((one) => one.service === name);
    const waits = dependsOn.map((need) => reached[need.until === 'started' ? 'started' : 'ready'].get(need.service));
    const shared = service.network?.kind === 'shared' ? service.network.of : undefined;
    const owner = shared === undefined ? [] : [shared === '' ? workspace : reached.started.get(shared)];
    const spelled = spellOut(graph, decided, {
      ...{
        after,
        create: [...create(service), ...owner],
        start: [...waits, ...owner],
        ports: ports.get(name) ?? [],
        fill: false,
        networks,
        endpoints: endpoints.get(name) ?? [],
      },
    });
    last.push(spelled.last);
    const { runs } = spelled;
    if (runs !== undefined) reached.started.set(name, runs);
    const container = findKept(serviceContainers, decided, name);
    const ended = serviceContainers.find((one) => one.container.id === container)?.container;
    const starts = decided.some(({ kind }) => kind === 'start' || kind === 'unpause');
    if (until !== undefined && ended !== undefined && !starts && isDone(ended)) continue;
    const of = { service: name, ...(container !== undefined && { container }) };
    const given =
      secrets || service.proxy
        ? graph.add({ kind: 'secrets', ...of }, 'it reads them when it starts', [runs, ...after])
        : undefined;
    const started = decided.some(({ kind }) => !['connect', 'disconnect', 'remove'].includes(kind));
    const asks = askedFromWorkspace ? [workspace] : [];
    const cause = started ? 'it was started' : 'it runs already';
    const act = { kind: 'ready', ...of, ...(until !== undefined && { until }) } as const;
    reached.ready.set(name, graph.add(act, cause, [runs, given, ...waits, ...asks]));
    if (until === undefined) living.add(name);
  }
  const all = [...reached.ready.values()];
  if (all.length <= 1 || living.size === 0) return { ready: all, last };
  return { ready: [graph.add({ kind: 'alive', services: [...living] }, 'others were waited for', all)], last };
}

/** The container in which a service goes on; absent if one is created. */
function findKept(
  containers: Observed['serviceContainers'],
  decided: readonly ServiceDecision[],
  name: string,
): string | undefined {
  if (decided.some(isCreation)) return undefined;
  const removed = decided.flatMap((one) => (one.kind === 'remove' ? [one.container] : []));
  return containers.find(({ service, container }) => service === name && !removed.includes(container.id))?.container.id;
}

/** Each after those that it depends on; devenv.yaml was checked for circles. */
function sortByNeeds(services: readonly ObservedService[]): readonly ObservedService[] {
  const sorted: ObservedService[] = [];
  const add = (service: ObservedService): void => {
    if (sorted.includes(service)) return;
    for (const need of services.filter(({ name }) => isNeeded(name, service))) add(need);
    sorted.push(service);
  };
  services.forEach(add);
  return sorted;
}

const isNeeded = (name: string, { dependsOn, network }: ObservedService): boolean =>
  dependsOn.some(({ service }) => service === name) || (network?.kind === 'shared' && network.of === name);
