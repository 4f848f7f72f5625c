import type { Decision, Operation, ServiceDecision } from './operation.ts';
import type { PublishedPort } from '../model/workspace.ts';
import { publish, type PortOptions } from './publish.ts';
import { Graph } from './graph.ts';
import type { Observed, ObservedRecord, ObservedService } from './observed.ts';
import { planHooks } from './plan-hooks.ts';
import { planImages } from './plan-images.ts';
import { planServices } from './plan-services.ts';
import { planWorkspace } from './plan-workspace.ts';
import { spellOut } from './spell-out.ts';

/** What other containers of a network call the workspace by. */
export const workspaceAlias = 'workspace';

export interface UpPlanOptions extends Pick<PortOptions, 'strict'> {
  /** The lock may not be written. */
  readonly frozen: boolean;
  /** A container that replaces another gets the changes of that one. */
  readonly carry: boolean;
}

export interface Plan {
  /** What was decided about containers. */
  readonly workspace: readonly Decision[];
  readonly services: readonly ServiceDecision[];
  /** The same and everything around it, in an order in which they could run one by one. */
  readonly operations: readonly Operation[];
}

/** Everything that brings a workspace to what is declared and recorded. Nothing, usually. Throws PORT_TAKEN. */
export function planUp(observed: Observed, options: UpPlanOptions): Plan {
  const workspace = decideWorkspace(observed);
  const services = planServices(
    observed.services.map(({ name, content = '', settings }) => ({ name, content, settings })),
    observed.serviceContainers,
    observed.network,
  );
  const settling = decideSettling(observed, workspace);
  const idle = workspace.length + services.length === 0 && settling.hooks.length === 0 && !settling.owners;
  const built = observed.image.build.kind === 'build';
  if (idle && !built && observed.services.every(({ ready }) => ready !== false))
    return { workspace, services, operations: [] };
  return { workspace, services, operations: connectAll(observed, options, { workspace, services, ...settling }) };
}

/** What makes the container of a workspace anew and leaves its services alone. Throws PORT_TAKEN. */
export function planReplacement(
  observed: Observed,
  decision: Extract<Decision, { kind: 'create' | 'recreate' }>,
): Plan {
  const alone: Observed = {
    ...{ ...observed, services: [], serviceContainers: [], networkLeft: false, seed: [] },
    image: { ...observed.image, build: { kind: 'none' }, stalePins: false },
  };
  const workspace = [decision];
  const options = { strict: false, frozen: false, carry: false };
  const settling = decideSettling(alone, workspace);
  return { workspace, services: [], operations: connectAll(alone, options, { workspace, services: [], ...settling }) };
}

/** What containers need that somebody else made or started: services their secrets, the workspace its owners and hooks. */
export function planSettling(observed: Observed): readonly Operation[] {
  const { workspace, services, serviceContainers, secrets } = observed;
  const runs = workspace.containers.some(({ container }) => container.state === 'running');
  const { owners, hooks } = runs ? decideSettling(observed, []) : { owners: undefined, hooks: [] };
  // One that devenv.yaml wants otherwise by now is left to `up`.
  const waiting = secrets
    ? serviceContainers.filter(
        ({ service, settings, container }) =>
          container.state === 'running' && services.some((one) => one.name === service && one.settings === settings),
      )
    : [];
  const graph = new Graph();
  const needed = secrets && (waiting.length > 0 || hooks.length > 0);
  const values = needed ? graph.add({ kind: 'values' }, 'services or hooks get them') : undefined;
  for (const { service = '', container } of waiting)
    graph.add({ kind: 'secrets', service, container: container.id }, 'it reads them when it starts', [values]);
  let last = owners && graph.add({ kind: 'owners', again: owners.again }, owners.cause);
  for (const { moment, cause } of hooks) last = graph.add({ kind: 'hook', moment }, cause, [values, last]);
  return graph.operations;
}

function decideWorkspace({ image, workspace, network, portless }: Observed): readonly Decision[] {
  const { build, current, next } = image;
  const goal = {
    version: build.kind === 'build' || current === undefined ? next : current.number,
    content: build.kind === 'build' ? undefined : current?.content,
    settings: workspace.settings,
    network: network && { ...network, alias: workspaceAlias },
  };
  return planWorkspace(goal, workspace.containers).map((decision) =>
    // A container keeps its ports: another one has to take its place.
    decision.kind === 'start' && portless.includes(decision.container)
      ? { kind: 'recreate', container: decision.container, cause: 'a port of it is taken' }
      : decision,
  );
}

interface Settling {
  readonly owners: { readonly again: boolean; readonly cause: string } | undefined;
  readonly hooks: readonly { readonly moment: 'create' | 'update' | 'start'; readonly cause: string }[];
}

const hookCauses = {
  create: 'the workspace is new',
  update: 'the version or a watched file changed',
  start: 'it was not run since the start',
} as const;

/** What a container needs once it runs: owners of files, then hooks. */
function decideSettling({ workspace }: Observed, decisions: readonly Decision[]): Settling {
  const { hooks, update } = workspace;
  const created = decisions.some(({ kind }) => kind === 'create' || kind === 'recreate');
  const kept = workspace.containers.find(
    ({ container }) => !decisions.some((one) => 'container' in one && one.container === container.id && isEnd(one)),
  );
  const known = !created && workspace.record?.container === kept?.container.id ? workspace.record : undefined;
  const start = decisions.some(({ kind }) => kind === 'start');
  const { owners, state } = settle(known, start, hooks.create === undefined, update);
  const due = planHooks(hooks, state, update);
  return { owners, hooks: due.map((moment) => ({ moment, cause: hookCauses[moment] })) };
}

const isEnd = ({ kind }: Decision): boolean => kind === 'remove' || kind === 'recreate';

function settle(
  record: ObservedRecord | undefined,
  start: boolean,
  noCreateHook: boolean,
  update: string,
): Pick<Settling, 'owners'> & { readonly state: Parameters<typeof planHooks>[1] } {
  if (record === undefined) {
    const state = { created: noCreateHook, ...(noCreateHook && { updated: update }), started: false };
    return { owners: { again: false, cause: 'the workspace is new' }, state };
  }
  const again = record.owners === 'stale' || (record.owners === 'mapped' && start);
  return {
    owners: again ? { again, cause: 'a mapping ends with the run of a container' } : undefined,
    state: { ...record.hooks, started: record.hooks.started && !start && !again },
  };
}

/** Spells decisions about a workspace and its services out, with everything that they need and that follows them. */
function connectAll(
  observed: Observed,
  options: UpPlanOptions,
  { workspace, services, owners, hooks }: Pick<Plan, 'workspace' | 'services'> & Settling,
): readonly Operation[] {
  const graph = new Graph();
  const images = planImages(graph, observed, workspace, services, options.frozen);
  const needed = planNeeds(graph, observed, [...workspace, ...services], hooks.length > 0);
  const removed = [...workspace, ...services].flatMap((one) => (one.kind === 'remove' ? [one.container] : []));
  const ports = publish(observed, [...workspace, ...services], removed, { strict: options.strict });

  const gone = services.filter(({ service }) => !observed.services.some(({ name }) => name === service));
  const cleared = gone.map((decision) => spellOut(graph, [decision], plain(needed.values)).last);
  const own = spellOut(graph, workspace, {
    after: needed.values,
    create: [images.workspace, needed.network, ...needed.of(observed.workspace.volumes), needed.folders, ...cleared],
    start: [],
    ports: ports.get('') ?? [],
    fill: options.carry,
  });
  const ready = new Map<string, number>();
  const last = new Map<string, number | undefined>();
  for (const service of sortByNeeds(observed.services)) {
    const { name, volumes, dependsOn, askedFromWorkspace } = service;
    const decided = services.filter((one) => one.service === name);
    const container = findKept(observed, decided, name);
    const waits = dependsOn.map((need) => ready.get(need));
    const { runs, last: end } = spellOut(graph, decided, {
      after: needed.values,
      create: [images.services.get(name), needed.network, ...needed.of(volumes), ...cleared],
      start: waits,
      ports: ports.get(name) ?? [],
      fill: false,
    });
    last.set(name, end);
    const of = { service: name, ...(container !== undefined && { container }) };
    const given = observed.secrets
      ? graph.add({ kind: 'secrets', ...of }, 'it reads them when it starts', [runs, ...needed.values])
      : undefined;
    ready.set(
      name,
      graph.add({ kind: 'ready', ...of }, decided.some(begins) ? 'it was started' : 'it runs already', [
        runs,
        given,
        ...waits,
        ...(askedFromWorkspace ? [own.runs] : []),
      ]),
    );
  }
  const all = [...ready.values()];
  const alive =
    all.length > 1 ? graph.add({ kind: 'alive', services: [...ready.keys()] }, 'others were waited for', all) : all[0];
  if (observed.networkLeft) {
    const cause = 'no services need it';
    graph.add({ kind: 'remove-network' }, cause, [own.last, ...cleared, ...last.values()]);
  }
  const settled = owners && graph.add({ kind: 'owners', again: owners.again }, owners.cause, [own.runs]);
  let hooked = settled;
  for (const { moment, cause } of hooks)
    hooked = graph.add({ kind: 'hook', moment }, cause, [own.last, hooked, alive, ...needed.values]);
  return graph.operations;
}

const plain = (after: readonly number[]): Parameters<typeof spellOut>[2] => ({
  ...{ after, create: [], start: [], ports: [] as readonly PublishedPort[], fill: false },
});

const begins = ({ kind }: Decision): boolean => kind !== 'connect' && kind !== 'remove';

interface Needs {
  /** The values of secrets, where something gets them. */
  readonly values: readonly number[];
  readonly network: number | undefined;
  readonly folders: number | undefined;
  readonly of: (volumes: readonly string[]) => readonly (number | undefined)[];
}

/** What has to be there before containers are created: network, volumes and the data in them, folders, secrets. */
function planNeeds(
  graph: Graph,
  { workspace, services, network, volumes, seed, secrets }: Observed,
  decisions: readonly (Decision | ServiceDecision)[],
  hooks: boolean,
): Needs {
  const values =
    secrets && (services.length > 0 || hooks) ? [graph.add({ kind: 'values' }, 'services or hooks get them')] : [];
  const made = network !== undefined && !network.there;
  const networkId = made ? graph.add({ kind: 'network', network: network.name }, 'not there', values) : undefined;
  const creates = (service?: string): boolean =>
    decisions.some(
      (one) =>
        (one.kind === 'create' || one.kind === 'recreate') &&
        ('service' in one ? one.service === service : service === undefined),
    );
  const ids = new Map<string, number>();
  const any = decisions.some(({ kind }) => kind === 'create' || kind === 'recreate');
  if (any && seed.length > 0 && !seed.some((name) => volumes.includes(name))) {
    const id = graph.add({ kind: 'seed', volumes: seed }, 'not there', values);
    for (const name of seed) ids.set(name, id);
  }
  const wanted = [
    ...(creates() ? workspace.volumes : []),
    ...services.flatMap((service) => (creates(service.name) ? service.volumes : [])),
  ];
  for (const name of new Set(wanted))
    if (!ids.has(name) && !volumes.includes(name))
      ids.set(name, graph.add({ kind: 'volume', volume: name }, 'not there', values));
  const folders =
    creates() && workspace.folders.length > 0
      ? graph.add({ kind: 'folders', folders: workspace.folders }, 'mounted', values)
      : undefined;
  return { values, network: networkId, folders, of: (names) => names.map((name) => ids.get(name)) };
}

/** The container in which a service goes on, where none is created. */
function findKept(
  { serviceContainers }: Observed,
  decided: readonly ServiceDecision[],
  name: string,
): string | undefined {
  if (decided.some(({ kind }) => kind === 'create' || kind === 'recreate')) return undefined;
  const removed = decided.flatMap((one) => (one.kind === 'remove' ? [one.container] : []));
  return serviceContainers.find(({ service, container }) => service === name && !removed.includes(container.id))
    ?.container.id;
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
