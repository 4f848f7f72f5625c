import type { Container } from '../model/container.ts';
import { Graph, type After } from './graph.ts';
import type { Observed } from './observed.ts';
import type { Decision, ServiceDecision } from './operation.ts';
import { planContainer, runs } from './plan-container.ts';
import { planStops, type EndingService } from './plan-end.ts';
import { planImages } from './plan-images.ts';
import { planNeeds } from './plan-needs.ts';
import { planReadiness } from './plan-readiness.ts';
import { decideSettling, planSettling } from './plan-settling.ts';
import type { Plan } from './plan-up.ts';
import { publish } from './publish.ts';
import { spellOut } from './spell-out.ts';

/** What a restore puts back. */
interface RestoreGoal {
  /** Number of the snapshot. */
  readonly snapshot: number;
  /** Its volumes, as people know them; those with a name in devenv.yaml are created if they are missing. */
  readonly volumes: readonly { readonly name: string; readonly named: boolean }[];
  /** How its file system comes back: `image` has all of it, `layer` what differs from the version. Absent: the snapshot has none. */
  readonly fileSystem?: 'version' | 'layer' | 'image' | undefined;
  /** Keep the present state as a snapshot first. */
  readonly keep: boolean;
}

/**
 * Plans that a workspace becomes what a snapshot holds. Everything before the
 * exchange is one group: done whole, or undone. What ran before runs and is
 * ready at the end. Throws PORT_TAKEN.
 */
export function planRestore(given: Observed, services: readonly EndingService[], goal: RestoreGoal): Plan {
  const { snapshot, fileSystem } = goal;
  const volumes = goal.volumes.map(({ name }) => name);
  const cause = `snapshot ${String(snapshot)} is restored`;
  const containers = given.workspace.containers.map(({ container }) => container);
  /** What makes a container run again that this plan stops. */
  const again = (container: Container, of: string): readonly Decision[] =>
    planContainer({ ...container, state: 'exited' }, given.networks, of).map((one) => ({ ...one, cause }));
  const workspace: readonly Decision[] =
    fileSystem === undefined
      ? containers.filter(runs).flatMap((container) => again(container, ''))
      : replace(containers, cause);
  const starts = containers.some(runs) || (fileSystem !== undefined && containers.length === 0);
  const up = services.filter(({ container }) => runs(container));
  const started = up.flatMap(({ name, container }) =>
    again(container, name).map((one): ServiceDecision => ({ ...one, service: name })),
  );
  // Services that devenv.yaml declares otherwise by now are started and not waited for: `up` replaces them.
  const waited = given.services.filter(({ name, settings }) =>
    given.serviceContainers.some((one) => one.service === name && one.settings === settings && runs(one.container)),
  );
  const observed: Observed = {
    ...{ ...given, services: waited, seed: [] },
    image: { ...given.image, build: { kind: 'none' }, stalePins: false },
  };
  const settling = starts ? decideSettling(given.workspace, workspace) : { owners: undefined, hooks: [] };

  const endpoints = given.networks.endpoints.get('') ?? [];
  const graph = new Graph();
  const images = planImages(graph, observed, fileSystem === 'image' ? [] : workspace, [], true);
  const kept = goal.keep ? [graph.add({ kind: 'snapshot', of: 'everything' }, 'nothing else has it')] : [];
  const needed = planNeeds(graph, observed, workspace, settling.hooks.length > 0, kept);
  const missing = goal.volumes.filter(({ name, named }) => named && !given.volumes.includes(name));
  const filled = missing.map(
    ({ name }) => needed.of([name])[0] ?? graph.add({ kind: 'volume', volume: name }, 'not there', needed.values),
  );
  const ports = publish(observed, workspace, [], { strict: false }).get('') ?? [];

  const group = graph.group();
  const prepare = graph.add(
    { kind: 'intent', snapshot, phase: 'prepare' },
    cause,
    [...needed.values, ...filled],
    group,
  );
  const stopped = planStops(graph, { containers, services }, cause, { after: [prepare], group }).last;
  const ready: (number | undefined)[] = [prepare, ...stopped];
  if (fileSystem !== undefined) {
    const [first, ...others] = endpoints;
    const before = [images.workspace, ...needed.of(observed.workspace.volumes), needed.folders];
    const network = first && needed.networks.get(first.network);
    let made = graph.add({ kind: 'create', ports, fill: true }, cause, [...before, network, ...ready], group);
    for (const endpoint of others)
      made = graph.add({ kind: 'connect', ...endpoint }, cause, [made, needed.networks.get(endpoint.network)], group);
    if (fileSystem === 'layer') made = graph.add({ kind: 'fill' }, 'it differs from its version', [made], group);
    ready.push(made);
  }
  if (volumes.length > 0) ready.push(graph.add({ kind: 'unpack', volumes }, cause, [prepare, ...stopped], group));
  const whole = graph.add({ kind: 'intent', snapshot, phase: 'exchange' }, 'all of it is here', ready, group);

  const old = fileSystem === undefined ? [] : containers.map(({ id }) => id);
  const ended = planExchange(graph, { volumes, old, named: fileSystem !== undefined }, [whole]);
  const { networks } = needed;
  const plain = { after: ended, create: [], start: [], ports: [], fill: false, networks, endpoints };
  let begun: number | undefined;
  if (starts && fileSystem === undefined) begun = spellOut(graph, workspace, plain).runs;
  else if (starts) begun = graph.add({ kind: 'start' }, cause, ended);
  const [known, others] = [true, false].map((wanted) =>
    started.filter(({ service }) => waited.some(({ name }) => name === service) === wanted),
  );
  const extra = spellOut(graph, others ?? [], plain).runs;
  const values = needed.values.filter((id) => !kept.includes(id));
  const last = planReadiness(graph, observed, waited, {
    ...{
      decisions: known ?? [],
      after: [...ended, ...values],
      create: () => [],
      ports: new Map(),
      networks,
      workspace: begun,
    },
  });
  graph.add({ kind: 'intent', snapshot, phase: 'end' }, 'it took effect', [...ended, begun, extra, ...last.last]);
  if (starts) planSettling(graph, settling, begun, [begun, ...last.ready, ...values]);
  return { workspace, services: started, operations: graph.operations };
}

interface Exchange {
  readonly volumes: readonly string[];
  /** Ids of containers that the new one replaces. */
  readonly old: readonly string[];
  /** A new container takes their place. */
  readonly named: boolean;
}

/** Plans the part of a restore that only exchanges names; it may be carried out again from wherever it broke off. */
export function planExchange(graph: Graph, { volumes, old, named }: Exchange, after: After = []): After {
  const cause = 'all of it is here';
  let then = after;
  if (volumes.length > 0) then = [graph.add({ kind: 'exchange', volumes }, cause, then)];
  then = [...then, ...old.map((container) => graph.add({ kind: 'remove', container }, 'it is replaced', then))];
  if (named) then = [graph.add({ kind: 'name' }, 'it takes the place of the old one', then)];
  if (volumes.length > 0) then = [graph.add({ kind: 'sweep', volumes }, 'it was replaced', then)];
  return then;
}

function replace([first, ...others]: readonly Container[], cause: string): readonly Decision[] {
  if (first === undefined) return [{ kind: 'create', cause }];
  const removals = others.map(({ id }): Decision => ({ kind: 'remove', container: id, cause }));
  return [...removals, { kind: 'recreate', container: first.id, cause }];
}
