import type { After, Graph } from './graph.ts';
import type { Observed, ObservedService } from './observed.ts';
import { isCreation, type ServiceDecision } from './operation.ts';
import { spellOut } from './spell-out.ts';
import type { PublishedPort } from '../model/workspace.ts';

export interface ReadinessOptions {
  /** Decisions about the services. */
  readonly decisions: readonly ServiceDecision[];
  /** Before anything is done to a service. */
  readonly after: After;
  /** Before the container of a service is created. */
  readonly create: (service: ObservedService) => After;
  readonly ports: ReadonlyMap<string, readonly PublishedPort[]>;
  /** After which operation the workspace runs. */
  readonly workspace: number | undefined;
}

/**
 * Plans that services run, have their secrets and are ready, each after those
 * that it needs. Gives the operation after which all are ready, and the last
 * one on each container.
 */
export function planReadiness(
  graph: Graph,
  { serviceContainers, secrets }: Pick<Observed, 'serviceContainers' | 'secrets'>,
  services: readonly ObservedService[],
  { decisions, after, create, ports, workspace }: ReadinessOptions,
): { readonly ready: number | undefined; readonly last: After } {
  const ready = new Map<string, number>();
  const last: (number | undefined)[] = [];
  for (const service of sortByNeeds(services)) {
    const { name, dependsOn, askedFromWorkspace } = service;
    const decided = decisions.filter((one) => one.service === name);
    const waits = dependsOn.map((need) => ready.get(need));
    const spelled = spellOut(graph, decided, {
      ...{ after, create: create(service), start: waits, ports: ports.get(name) ?? [], fill: false },
    });
    last.push(spelled.last);
    const { runs } = spelled;
    const container = findKept(serviceContainers, decided, name);
    const of = { service: name, ...(container !== undefined && { container }) };
    const given = secrets
      ? graph.add({ kind: 'secrets', ...of }, 'it reads them when it starts', [runs, ...after])
      : undefined;
    const started = decided.some(({ kind }) => kind !== 'connect' && kind !== 'remove');
    const asks = askedFromWorkspace ? [workspace] : [];
    const cause = started ? 'it was started' : 'it runs already';
    ready.set(name, graph.add({ kind: 'ready', ...of }, cause, [runs, given, ...waits, ...asks]));
  }
  const all = [...ready.values()];
  if (all.length <= 1) return { ready: all[0], last };
  return { ready: graph.add({ kind: 'alive', services: [...ready.keys()] }, 'others were waited for', all), last };
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
    for (const need of services.filter(({ name }) => service.dependsOn.includes(name))) add(need);
    sorted.push(service);
  };
  services.forEach(add);
  return sorted;
}
