import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { getJson } from '../connection/ask.ts';
import type { Connection } from '../connection/connection.ts';

/** Whether the engine uses a registry without TLS or without checking its certificate, by the engine's own settings. */
export async function isInsecure(connection: Connection, host: string): Promise<boolean> {
  const name = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  const addresses = await lookup(name, { all: true }).catch(() => []);
  const purpose = 'describe its registries';
  const ranges = new BlockList();
  ranges.addSubnet('127.0.0.0', 8);
  ranges.addAddress('::1', 'ipv6');
  const isInRange = (): boolean =>
    addresses.some(({ address, family }) => ranges.check(address, family === 6 ? 'ipv6' : 'ipv4'));
  if (isInRange()) return true;
  if (connection.podman) {
    const settings = await getJson(connection, '/libpod/info', purpose);
    // An entry without a port is for all ports; the longest one that matches counts.
    const prefix = settings.names('registries').findLast((entry) => host === entry || host.startsWith(`${entry}:`));
    return prefix !== undefined && settings.in('registries').in(prefix).flag('Insecure');
  }
  const settings = (await getJson(connection, '/info', purpose)).in('RegistryConfig');
  if (settings.in('IndexConfigs').in(host).get('Secure') === false) return true;
  for (const range of settings.texts('InsecureRegistryCIDRs')) {
    const [network = '', bits] = range.split('/');
    const family = isIP(network);
    if (family !== 0) ranges.addSubnet(network, Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  return isInRange();
}
