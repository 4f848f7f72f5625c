import type { HostPort } from '../../../model/workspace.ts';
import type { Fields } from '../connection/fields.ts';

/** The open host ports of a container in a list. */
export function readPorts(container: Fields): HostPort[] {
  return container.each('Ports').flatMap((one) => {
    const host = one.number('PublicPort');
    if (host === 0) return [];
    return [{ address: one.text('IP'), host, protocol: readProtocol(one.text('Type')) }];
  });
}

/** The host ports of a HostConfig: `{"80/tcp": [{HostIp, HostPort}]}`. */
export function readBindings(hostConfig: Fields): HostPort[] {
  const bindings = hostConfig.in('PortBindings');
  return hostConfig.names('PortBindings').flatMap((name) =>
    bindings.each(name).map((one) => ({
      address: one.text('HostIp'),
      host: Number(one.text('HostPort')),
      protocol: readProtocol(name.split('/')[1] ?? ''),
    })),
  );
}

const readProtocol = (text: string): HostPort['protocol'] => (text === 'udp' ? 'udp' : 'tcp');
