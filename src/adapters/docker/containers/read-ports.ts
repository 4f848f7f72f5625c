import type { HostPort } from '../../../model/workspace.ts';
import { Fields } from '../connection/fields.ts';

/** What a listed container has open on the host. */
export function readPorts(container: Fields): HostPort[] {
  return Fields.each(container.get('Ports')).flatMap((one) => {
    const host = one.number('PublicPort');
    if (host === 0) return [];
    return [{ address: one.text('IP'), host, protocol: readProtocol(one.text('Type')) }];
  });
}

/** What an inspected container is to have open on the host, running or not: `{"80/tcp": [{HostIp, HostPort}]}`. */
export function readBindings(bindings: Fields): HostPort[] {
  return bindings.names().flatMap((name) =>
    Fields.each(bindings.get(name)).map((one) => ({
      address: one.text('HostIp'),
      host: Number(one.text('HostPort')),
      protocol: readProtocol(name.split('/')[1] ?? ''),
    })),
  );
}

const readProtocol = (text: string): HostPort['protocol'] => (text === 'udp' ? 'udp' : 'tcp');
