import type { Container } from '../model/container.ts';
import { Graph, type After } from './graph.ts';
import type { Decision, ServiceDecision } from './operation.ts';
import { runs } from './plan-container.ts';
import { isDone } from './plan-services.ts';
import type { Plan } from './plan-up.ts';
import { spellOut } from './spell-out.ts';

/** A service as its container records it. */
export interface EndingService {
  readonly name: string;
  readonly container: Container;
  /** Names of services that it was started after. */
  readonly needs: readonly string[];
  /** It runs once and ends. */
  readonly once?: boolean;
}

interface Ending {
  readonly containers: readonly Container[];
  readonly services: readonly EndingService[];
}

interface Decided extends Pick<Plan, 'workspace' | 'services'> {
  /** The last operation on each container. */
  readonly last: After;
}

/** Plans that a workspace and its services stop; they keep everything. */
export function planDown(ending: Ending, cause = 'the workspace is to stop'): Plan {
  const graph = new Graph();
  const { workspace, services } = planStops(graph, ending, cause);
  return { workspace, services, operations: graph.operations };
}

/** Plans that a service can run again: one that has ended as it should gets another container. */
export function planAgain(service: EndingService): Plan {
  const cause = 'it is to start again';
  const { name, container } = service;
  if (service.once !== true || !isDone(container)) return planDown({ containers: [], services: [service] }, cause);
  const graph = new Graph();
  graph.add({ kind: 'remove', service: name, container: container.id }, cause);
  const decided: ServiceDecision = { service: name, kind: 'remove', container: container.id, cause };
  return { workspace: [], services: [decided], operations: graph.operations };
}

/** Stops what runs of a workspace: its container, then its services, each after those that need it. */
export function planStops(
  graph: Graph,
  { containers, services }: Ending,
  cause: string,
  { after = [], group }: { readonly after?: After; readonly group?: number } = {},
): Decided {
  const kind = 'stop' as const;
  const workspace = containers.filter(runs).map(({ id }) => ({ kind, container: id, cause }));
  const decided = services
    .filter(({ container }) => runs(container))
    .map(({ name, container }) => ({ service: name, kind, container: container.id, cause }));
  const stopped = workspace.map((one) => graph.add({ kind, container: one.container }, cause, after, group));
  const ended = endServices(decided, services, [...after, ...stopped], ({ service, container }, before) =>
    graph.add({ kind, service, container }, cause, before, group),
  );
  return { workspace, services: decided, last: [...stopped, ...ended] };
}

export interface Destroying extends Ending {
  /** Volumes that are removed as well: their names in devenv.yaml and on the engine. */
  readonly volumes: readonly { readonly volume: string; readonly name: string }[];
  /** Names of its networks on the engine. */
  readonly networks: readonly string[];
  /** Saved as a snapshot first; absent if nothing is lost. */
  readonly keep?: 'everything' | 'containers' | undefined;
}

/** Plans the removal of a workspace: its containers, its services, their networks, and data only if that is asked for. */
export function planDestroy({ containers, services, volumes, networks, keep }: Destroying): Plan {
  const graph = new Graph();
  const cause = 'it is to be destroyed';
  const workspace = containers.map(({ id }): Decision => ({ kind: 'remove', container: id, cause }));
  const decided = services.map(({ name, container }): ServiceDecision => ({
    ...{ service: name, kind: 'remove', container: container.id, cause },
  }));
  if (workspace.length + decided.length + volumes.length + networks.length === 0)
    return { workspace, services: decided, operations: [] };
  const kept = keep === undefined ? [] : [graph.add({ kind: 'snapshot', of: keep }, 'nothing else has it')];
  const remove = (decision: Decision | ServiceDecision, after: After): number | undefined =>
    spellOut(graph, [decision], {
      after,
      create: [],
      start: [],
      ports: [],
      fill: false,
      networks: new Map(),
      endpoints: [],
    }).last;
  const removed = workspace.map((decision) => remove(decision, kept));
  const ended = endServices(decided, services, [...kept, ...removed], remove);
  const before = [...kept, ...removed, ...ended];
  for (const network of networks) graph.add({ kind: 'remove-network', network }, cause, before);
  for (const { volume, name } of volumes) graph.add({ kind: 'remove-volume', volume, name }, cause, before);
  return { workspace, services: decided, operations: graph.operations };
}

/** Ends each service after those that need it. Two containers may record different needs: a circle is cut. */
function endServices<D extends { readonly service: string }>(
  decisions: readonly D[],
  services: readonly EndingService[],
  after: After,
  end: (decision: D, after: After) => number | undefined,
): After {
  const ended = new Map<string, number | undefined>();
  const add = (decision: D, way: readonly string[]): number | undefined => {
    const name = decision.service;
    if (ended.has(name)) return ended.get(name);
    const needing = services.filter((one) => one.needs.includes(name) && ![...way, name].includes(one.name));
    const before = decisions
      .filter(({ service }) => needing.some((one) => one.name === service))
      .map((one) => add(one, [...way, name]));
    ended.set(name, end(decision, [...after, ...before]));
    return ended.get(name);
  };
  return decisions.map((decision) => add(decision, []));
}
