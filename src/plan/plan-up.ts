import type { Decision, Operation, ServiceDecision } from './operation.ts';
import { publish, type PortOptions } from './publish.ts';
import { Graph } from './graph.ts';
import type { Endpoint, Observed } from './observed.ts';
import { planImages } from './plan-images.ts';
import { planNeeds } from './plan-needs.ts';
import { planReadiness } from './plan-readiness.ts';
import { followNetworks, planServices } from './plan-services.ts';
import { decideSettling, planSettling, type Settling } from './plan-settling.ts';
import { planContainer } from './plan-container.ts';
import { planWorkspace, removeLeftOver } from './plan-workspace.ts';
import { spellOut } from './spell-out.ts';

export interface UpPlanOptions extends PortOptions {
  /** The lock may not be written. */
  readonly frozen: boolean;
  /** A container that replaces another gets the changes of that one. */
  readonly carry: boolean;
  /** A new workspace gets the changes of a copy. */
  readonly copied?: boolean;
  /** Keep the workspace as a snapshot before its container is replaced or removed. */
  readonly keep?: boolean;
}

export interface Plan {
  /** Decisions about containers. */
  readonly workspace: readonly Decision[];
  readonly services: readonly ServiceDecision[];
  /** The same and everything around it, in an order in which they could run one by one. */
  readonly operations: readonly Operation[];
}

/** Plans everything that brings a workspace to what is declared and recorded; usually nothing. Throws PORT_TAKEN. */
export function planUp(observed: Observed, options: UpPlanOptions): Plan {
  const workspace = decideWorkspace(observed);
  const goals = observed.services.map(({ name, content = '', settings, until, network }) => ({
    ...{ name, content, settings, until, network },
  }));
  const services = followNetworks(
    goals,
    observed.serviceContainers,
    { decisions: workspace, container: observed.workspace.containers[0]?.container.id },
    planServices(goals, observed.serviceContainers, observed.networks),
  );
  const settling = decideSettling(observed.workspace, workspace);
  const idle = workspace.length + services.length === 0 && settling.hooks.length === 0 && !settling.owners;
  const built = observed.image.build.kind === 'build';
  if (idle && !built && observed.services.every(({ ready }) => ready !== false))
    return { workspace, services, operations: [] };
  const graph = new Graph();
  const loses = options.keep === true && workspace.some(({ kind }) => kind === 'recreate' || kind === 'remove');
  const after = loses ? [graph.add({ kind: 'snapshot', of: 'workspace' }, 'its changes are discarded')] : [];
  return connect(graph, observed, options, { workspace, services, settling, after });
}

interface Reset {
  /** The workspace's container; others are left over from an interrupted command. */
  readonly container: string;
  /** It has changes that no version has. */
  readonly changed: boolean;
  /** Keep them as a snapshot. */
  readonly keep: boolean;
}

/** Plans a workspace without uncommitted changes, at the version that it stands at; services keep their containers. Throws PORT_TAKEN. */
export function planReset(observed: Observed, { container, changed, keep }: Reset): Plan {
  const alone: Observed = {
    ...{ ...observed, services: [], serviceContainers: [], networks: { ...observed.networks, left: [] }, seed: [] },
    image: { ...observed.image, build: { kind: 'none' }, stalePins: false },
  };
  const { containers } = observed.workspace;
  const own = containers.filter((one) => one.container.id === container);
  const workspace: readonly Decision[] = [
    ...removeLeftOver(containers.filter((one) => !own.includes(one))),
    ...(changed
      ? [{ kind: 'recreate', container, cause: 'it is to be reset' } as const]
      : own.flatMap((one) => planContainer(one.container, observed.networks, ''))),
  ];
  const graph = new Graph();
  const after = changed && keep ? [graph.add({ kind: 'snapshot', of: 'workspace' }, 'nothing else has it')] : [];
  const settling = decideSettling(alone.workspace, workspace);
  const options = { strict: false, frozen: false, carry: false };
  return connect(graph, alone, options, { workspace, services: [], settling, after });
}

/**
 * Plans a new workspace of a copy, at the version of the copy whatever
 * devenv.yaml declares by now. `fill`: the copy differs from the version. Throws
 * PORT_TAKEN.
 */
export function planCopy(observed: Observed, fill: boolean): Plan {
  const image = { ...observed.image, build: { kind: 'none' }, stalePins: false } as const;
  return planUp({ ...observed, image, seed: [] }, { strict: false, frozen: true, carry: false, copied: fill });
}

function decideWorkspace({ image, workspace, networks, portless }: Observed): readonly Decision[] {
  const { build, current, next } = image;
  const goal = {
    version: build.kind === 'build' || current === undefined ? next : current.number,
    content: build.kind === 'build' ? undefined : current?.content,
    settings: workspace.settings,
    networks,
  };
  return planWorkspace(goal, workspace.containers).map((decision) =>
    // The ports of a container never change: another container has to replace it.
    decision.kind === 'start' && portless.includes(decision.container)
      ? { kind: 'recreate', container: decision.container, cause: 'a port of it is taken' }
      : decision,
  );
}

interface Decided extends Pick<Plan, 'workspace' | 'services'> {
  readonly settling: Settling;
  /** Before anything else. */
  readonly after: readonly number[];
}

/** Spells decisions out as operations, with everything that they need and everything that follows them. */
function connect(
  graph: Graph,
  observed: Observed,
  { strict, frozen, carry, copied }: UpPlanOptions,
  { workspace, services, settling, after }: Decided,
): Plan {
  const decisions = [...workspace, ...services];
  const images = planImages(graph, observed, workspace, services, frozen);
  const needed = planNeeds(graph, observed, decisions, settling.hooks.length > 0, after);
  const removed = decisions.flatMap((one) => (one.kind === 'remove' ? [one.container] : []));
  const ports = publish(observed, decisions, removed, { strict });
  const plain = { after: needed.values, start: [], ports: [], fill: false, networks: needed.networks };
  const endpointsOf = (name: string): readonly Endpoint[] => observed.networks.endpoints.get(name) ?? [];

  const gone = services.filter(({ service }) => !observed.services.some(({ name }) => name === service));
  const cleared = gone.map((decision) => spellOut(graph, [decision], { ...plain, create: [], endpoints: [] }).last);
  const own = spellOut(graph, workspace, {
    ...plain,
    endpoints: endpointsOf(''),
    create: [images.workspace, ...needed.of(observed.workspace.volumes), needed.folders, ...cleared],
    ports: ports.get('') ?? [],
    fill: carry,
    copied,
  });
  const { ready, last } = planReadiness(graph, observed, observed.services, {
    ...{ decisions: services, after: needed.values, ports, workspace: own.runs, networks: needed.networks },
    create: ({ name, volumes }) => [images.services.get(name), ...needed.of(volumes), ...cleared],
  });
  for (const network of observed.networks.left)
    graph.add({ kind: 'remove-network', network }, 'nothing needs it', [own.last, ...cleared, ...last]);
  planSettling(graph, settling, own.runs, [own.last, ...ready, ...needed.values]);
  return { workspace, services, operations: graph.operations };
}
