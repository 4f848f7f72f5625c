import type { Container } from '../model/container.ts';
import type { Decision, ServiceDecision } from './operation.ts';
import type { Plan } from './plan-up.ts';
import { Graph } from './graph.ts';
import { spellOut } from './spell-out.ts';

/** A service as its container remembers it. */
export interface EndingService {
  readonly name: string;
  readonly container: Container;
  /** Names of services that it was started after. */
  readonly needs: readonly string[];
}

export interface Ending {
  readonly containers: readonly Container[];
  readonly services: readonly EndingService[];
}

const runs = ({ state }: Container): boolean => ['running', 'paused', 'restarting'].includes(state);

/** What stops a workspace, then its services, each after those that need it. All keep everything. */
export function planDown({ containers, services }: Ending, cause = 'the workspace is to stop'): Plan {
  const graph = new Graph();
  const workspace = containers.filter(runs).map(({ id }): Decision => ({ kind: 'stop', container: id, cause }));
  const stopped = workspace.map((decision) => end(graph, decision, []));
  const decided = services
    .filter(({ container }) => runs(container))
    .map(({ name, container }): ServiceDecision => ({ service: name, kind: 'stop', container: container.id, cause }));
  endServices(graph, decided, services, stopped);
  return { workspace, services: decided, operations: graph.operations };
}

export interface Destroying extends Ending {
  /** Volumes that go, too: their names in devenv.yaml and on the engine. */
  readonly volumes: readonly { readonly volume: string; readonly name: string }[];
  /** What is kept as a snapshot first: absent where nothing is lost. */
  readonly keep?: 'everything' | 'containers' | undefined;
}

/** What removes a workspace: its containers, its services, their network, and data only where that is asked for. */
export function planDestroy({ containers, services, volumes, keep }: Destroying): Plan {
  const graph = new Graph();
  const cause = 'it is to be destroyed';
  const workspace = containers.map(({ id }): Decision => ({ kind: 'remove', container: id, cause }));
  const decided = services.map(({ name, container }): ServiceDecision => ({
    service: name,
    kind: 'remove',
    container: container.id,
    cause,
  }));
  if (workspace.length + decided.length + volumes.length === 0) return { workspace, services: decided, operations: [] };
  const kept = keep === undefined ? [] : [graph.add({ kind: 'snapshot', of: keep }, 'nothing else has it')];
  const removed = workspace.map((decision) => end(graph, decision, kept));
  const ended = endServices(graph, decided, services, [...kept, ...removed]);
  const last = graph.add({ kind: 'remove-network' }, cause, [...kept, ...removed, ...ended]);
  for (const { volume, name } of volumes) graph.add({ kind: 'remove-volume', volume, name }, cause, [last]);
  return { workspace, services: decided, operations: graph.operations };
}

/** Each after those that need it. Two containers may remember different files: what waits for itself is not waited for. */
function endServices(
  graph: Graph,
  decisions: readonly ServiceDecision[],
  services: readonly EndingService[],
  after: readonly (number | undefined)[],
): readonly (number | undefined)[] {
  const ended = new Map<string, number | undefined>();
  const add = (decision: ServiceDecision, way: readonly string[]): number | undefined => {
    const name = decision.service;
    if (ended.has(name)) return ended.get(name);
    const needing = services.filter((one) => one.needs.includes(name) && ![...way, name].includes(one.name));
    const before = decisions
      .filter(({ service }) => needing.some((one) => one.name === service))
      .map((one) => add(one, [...way, name]));
    ended.set(name, end(graph, decision, [...after, ...before]));
    return ended.get(name);
  };
  return decisions.map((decision) => add(decision, []));
}

function end(
  graph: Graph,
  decision: Decision | ServiceDecision,
  after: readonly (number | undefined)[],
): number | undefined {
  return spellOut(graph, [decision], { after, create: [], start: [], ports: [], fill: false }).last;
}
