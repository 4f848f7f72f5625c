import type { HostPort, PortMapping, PublishedPort } from '../model/workspace.ts';

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
