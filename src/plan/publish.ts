import { DevenvError } from '../errors/devenv-error.ts';
import type { Decision, ServiceDecision } from './operation.ts';
import type { PortMapping, PublishedPort, HostPort } from '../model/workspace.ts';
import type { Observed, TakenPort } from './observed.ts';

export interface PortOptions {
  /** Refuse if a port of the host is taken, instead of moving it. */
  readonly strict: boolean;
}

/**
 * Chooses the host's ports for new containers, by service, '' for the
 * workspace. Ports of running containers are taken, and those that a stopped
 * workspace or service opens again, so that each keeps its ports over restarts.
 * Ports of containers that are replaced or removed are free. Throws PORT_TAKEN.
 */
export function publish(
  { workspace, services, ports, serviceContainers }: Observed,
  decisions: readonly (Decision | ServiceDecision)[],
  removed: readonly string[],
  { strict }: PortOptions,
): ReadonlyMap<string, readonly PublishedPort[]> {
  const taken = [...ports];
  const chosen = new Map<string, readonly PublishedPort[]>();
  for (const decision of decisions) {
    if (decision.kind !== 'create' && decision.kind !== 'recreate') continue;
    const service = 'service' in decision ? decision.service : '';
    const wished: readonly PortMapping[] =
      service === '' ? workspace.ports : (services.find(({ name }) => name === service)?.ports ?? []);
    if (wished.length === 0) continue;
    const own = (
      service === '' ? workspace.containers : serviceContainers.filter((one) => one.service === service)
    ).map(({ container }) => container.id);
    const others = taken.filter(
      ({ container }) => container === undefined || ![...own, ...removed].includes(container),
    );
    const published = choosePorts(wished, others);
    if (strict) refuseMoved(published, others);
    chosen.set(service, published);
    taken.push(...published.map(({ address, host, protocol }) => ({ address, host, protocol, holder: service })));
  }
  return chosen;
}

function refuseMoved(ports: readonly PublishedPort[], taken: readonly TakenPort[]): void {
  const moved = ports.find(({ host, wished }) => host !== wished);
  if (moved === undefined) return;
  const holder = taken.find((port) => isTaken({ ...moved, host: moved.wished }, [port]))?.holder ?? '';
  const by = holder === '' ? "another program of the engine's machine" : `the container ${holder}`;
  throw new DevenvError('PORT_TAKEN', `Port ${String(moved.wished)} of ${moved.address} is taken by ${by}.`, {
    data: { port: moved.wished, address: moved.address, holder },
  });
}

/**
 * Chooses a port of the host for each mapping: the wished one if it is free,
 * else the next free one that no other mapping wishes. Port 0 wishes any free
 * one. Deterministic.
 */
export function choosePorts(wished: readonly PortMapping[], taken: readonly HostPort[]): PublishedPort[] {
  const used: HostPort[] = [...taken];
  return wished.map((written, index) => {
    const others = wished.filter((_, other) => other !== index);
    const mapping = written.host === 0 ? { ...written, host: firstFree(written.container) } : written;
    let host = mapping.host;
    while (isTaken({ ...mapping, host }, host === written.host ? used : [...used, ...others])) {
      host = nextPort(host);
    }
    const chosen: PublishedPort = { ...mapping, host, wished: written.host === 0 ? host : mapping.host };
    used.push(chosen);
    return chosen;
  });
}

/** True if a port cannot be opened beside those. */
export function isTaken(port: HostPort, taken: readonly HostPort[]): boolean {
  return taken.some(
    ({ address, host, protocol }) =>
      host === port.host &&
      protocol === port.protocol &&
      (address === port.address || isEvery(address) || isEvery(port.address)),
  );
}

const isEvery = (address: string): boolean => address === '0.0.0.0' || address === '::' || address === '';

/** 3306 → 13306: where the search for any free port begins. */
const firstFree = (container: number): number => (container > 45_535 ? container - 20_000 : container + 10_000);

/** 80 → 8080, since ports below 1024 are the system's; 10000 follows the last one. */
function nextPort(port: number): number {
  if (port < 1024) return 8000 + port;
  return port < 65_535 ? port + 1 : 10_000;
}
