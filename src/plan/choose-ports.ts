import type { HostPort, PortMapping, PublishedPort } from '../model/workspace.ts';

/**
 * A port of the host for each one that is wished for: itself where nobody has
 * it, else the next free one, which is no other's wish. Equal input gives
 * equal ports.
 */
export function choosePorts(wished: readonly PortMapping[], taken: readonly HostPort[]): PublishedPort[] {
  const used: HostPort[] = [...taken];
  return wished.map((mapping, index) => {
    const others = wished.filter((_, other) => other !== index);
    let host = mapping.host;
    while (isTaken({ ...mapping, host }, host === mapping.host ? used : [...used, ...others])) {
      host = nextPort(host);
    }
    const chosen: PublishedPort = { ...mapping, host, wished: mapping.host };
    used.push(chosen);
    return chosen;
  });
}

/** True where a port cannot be opened beside those. */
export function isTaken(port: HostPort, taken: readonly HostPort[]): boolean {
  return taken.some(
    ({ address, host, protocol }) =>
      host === port.host &&
      protocol === port.protocol &&
      (address === port.address || isEvery(address) || isEvery(port.address)),
  );
}

const isEvery = (address: string): boolean => address === '0.0.0.0' || address === '::' || address === '';

/** 80 → 8080, since the ports below are the system's; after the last one from 10000 on. */
function nextPort(port: number): number {
  if (port < 1024) return 8000 + port;
  return port < 65_535 ? port + 1 : 10_000;
}
