import type { Container, ContainerSpec } from '../../model/container.ts';
import type { HostPort, PublishedPort } from '../../model/workspace.ts';
import type { TakenPort } from '../../plan/observed.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { labels } from '../../observe/labels.ts';

/**
 * What any container has open on the host, and what a stopped workspace or
 * service would open again. Programs besides containers are not seen: only a
 * start tells of them.
 */
export async function observePorts(runtime: Runtime, own: readonly Container[]): Promise<readonly TakenPort[]> {
  const ids = new Set(own.map(({ id }) => id));
  return (await runtime.list([])).flatMap((container) =>
    portsOf(container).map(({ address, host, protocol }) => ({
      ...{ address, host, protocol, holder: container.name },
      ...(ids.has(container.id) && { container: container.id }),
    })),
  );
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
