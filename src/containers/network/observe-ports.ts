import type { Container, ContainerSpec } from '../../model/container.ts';
import type { HostPort, PublishedPort } from '../../model/workspace.ts';
import type { TakenPort } from '../../plan/observed.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { labels } from '../../observe/labels.ts';

/**
 * Observes the host's ports of all containers, and of stopped workspaces and
 * services. Ports of other programs only show when a container starts.
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

/** Reads the ports that a container of devenv publishes when it runs. */
function readPublished(container: Pick<Container | ContainerSpec, 'labels'>): readonly PublishedPort[] {
  const label = container.labels[labels.ports];
  return label === undefined ? [] : (JSON.parse(label) as readonly PublishedPort[]);
}

export interface OpenPort extends PublishedPort {
  /** `workspace`, or the name of a service. */
  readonly of: string;
  /** False while its container does not run; the port stays reserved for it. */
  readonly open: boolean;
}

/** Lists the published ports of containers, in their order. */
export function listPorts(containers: readonly Container[]): OpenPort[] {
  return containers.flatMap((container) =>
    readPublished(container).map((port) => ({
      of: container.labels[labels.service] ?? 'workspace',
      ...port,
      open: container.state === 'running' || container.state === 'paused',
    })),
  );
}

/** Describes each port that differs from devenv.yaml. */
export function describeMoves(ports: readonly PublishedPort[]): string[] {
  return ports
    .filter(({ host, wished }) => host !== wished)
    .map(({ address, host, wished }) => `Port ${String(wished)} is taken: ${address}:${String(host)} is used instead.`);
}

/** A broken label must not keep other workspaces from starting. */
function portsOf(container: Container): readonly HostPort[] {
  try {
    return [...container.ports, ...readPublished(container)];
  } catch {
    return container.ports;
  }
}
