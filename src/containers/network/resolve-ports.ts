import type { MovePort } from '../../plan/create-started.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container, ContainerSpec } from '../../model/container.ts';
import type { HostPort, PortMapping, PublishedPort } from '../../model/workspace.ts';
import { choosePorts, isTaken } from './choose-ports.ts';
import type { Engine } from '../../ports/engine.ts';
import { labels } from '../../observe/labels.ts';

export interface Publication {
  /** With its ports, and the label that remembers them. */
  readonly spec: ContainerSpec;
  /** For `createStarted` and `applyWorkspace`: what the engine's machine has open besides containers, only a start tells. */
  readonly move: MovePort;
}

/**
 * Decides at which ports of the host a new container is reached. Taken is what
 * any container has open, and what a stopped workspace or service would open
 * again, so that each keeps its ports over restarts; that of a container with
 * the same name in the same workspace is not, since it is replaced. `strict`:
 * throws PORT_TAKEN instead of moving a port.
 */
export async function publishPorts(
  engine: Engine,
  spec: ContainerSpec,
  wished: readonly PortMapping[],
  { strict }: { readonly strict: boolean },
): Promise<Publication> {
  const move: MovePort = (failed, taken) => {
    throw new DevenvError('INTERNAL', `${failed.name} publishes no port, and yet ${String(taken.host)} is taken.`);
  };
  if (wished.length === 0) return { spec, move };
  const others = (await engine.runtime.list([])).filter((one) => !isSame(one, spec));
  const taken = others.flatMap((one) => portsOf(one).map((port) => ({ ...port, holder: one.name })));
  const choose = (): ContainerSpec => {
    const ports = choosePorts(wished, taken);
    if (strict) refuseMoved(ports, taken);
    return { ...spec, ports, labels: { ...spec.labels, [labels.ports]: JSON.stringify(ports) } };
  };
  return {
    spec: choose(),
    move: (_failed, port) => {
      taken.push({ ...port, holder: '' });
      return choose();
    },
  };
}

/** What a container of ours has open when it runs; empty for those without ports. */
export function readPublished(container: Pick<Container | ContainerSpec, 'labels'>): readonly PublishedPort[] {
  const label = container.labels[labels.ports];
  return label === undefined ? [] : (JSON.parse(label) as readonly PublishedPort[]);
}

export interface OpenPort extends PublishedPort {
  /** `workspace`, or the name of a service. */
  readonly of: string;
  /** False while its container does not run, which keeps the port for it. */
  readonly open: boolean;
}

/** What some containers of ours have on the host, in their order. */
export function listPorts(containers: readonly Container[]): OpenPort[] {
  return containers.flatMap((container) =>
    readPublished(container).map((port) => ({
      of: container.labels[labels.service] ?? 'workspace',
      ...port,
      open: container.state === 'running' || container.state === 'paused',
    })),
  );
}

/** A line for people for each port that is another than devenv.yaml asks for. */
export function describeMoves(ports: readonly PublishedPort[]): string[] {
  return ports
    .filter(({ host, wished }) => host !== wished)
    .map(({ address, host, wished }) => `Port ${String(wished)} is taken: ${address}:${String(host)} is used instead.`);
}

/** A label of ours that somebody broke must not keep others from starting. */
function portsOf(container: Container): readonly HostPort[] {
  try {
    return [...container.ports, ...readPublished(container)];
  } catch {
    return container.ports;
  }
}

const identity = [labels.role, labels.folder, labels.workspace, labels.service];

function isSame(container: Container, spec: ContainerSpec): boolean {
  return identity.every((label) => container.labels[label] === spec.labels[label]);
}

function refuseMoved(
  ports: readonly PublishedPort[],
  taken: readonly (HostPort & { readonly holder: string })[],
): void {
  const moved = ports.find(({ host, wished }) => host !== wished);
  if (moved === undefined) return;
  const holder = taken.find((port) => isTaken({ ...moved, host: moved.wished }, [port]))?.holder ?? '';
  const by = holder === '' ? "another program of the engine's machine" : `the container ${holder}`;
  throw new DevenvError('PORT_TAKEN', `Port ${String(moved.wished)} of ${moved.address} is taken by ${by}.`, {
    data: { port: moved.wished, address: moved.address, holder },
  });
}
