import type { Mount, Overlay } from '../../../model/container.ts';
import type { Fields } from '../connection/fields.ts';
import type { HostPort } from '../../../model/workspace.ts';

/** The mounts of an inspected container, sorted by target. Engines list them in three places. */
export function readMounts(container: Fields): Mount[] {
  const asked = container.in('HostConfig');
  const mounts = new Map<string, Mount>();
  for (const [target, options] of Object.entries(asked.map('Tmpfs'))) {
    mounts.set(target, tmpfs(target, /(?:^|,)mode=([0-7]+)/.exec(options)?.[1]));
  }
  for (const mount of asked.each('Mounts').filter((one) => one.text('Type') === 'tmpfs')) {
    const mode = mount.in('TmpfsOptions').number('Mode');
    mounts.set(mount.text('Target'), tmpfs(mount.text('Target'), mode === 0 ? undefined : mode.toString(8)));
  }
  for (const mount of container.each('Mounts')) {
    const [kind, target] = [mount.text('Type'), mount.text('Destination')];
    // Podman sets RW for read-only mounts only.
    const readOnly = mount.get('RW') === false;
    if (kind === 'bind') mounts.set(target, { kind, source: mount.text('Source'), target, readOnly });
    if (kind === 'volume') mounts.set(target, { kind, source: mount.text('Name'), target, readOnly });
    if (kind === 'tmpfs' && !mounts.has(target)) mounts.set(target, tmpfs(target, undefined));
  }
  return [...mounts.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
}

function tmpfs(target: string, mode: string | undefined): Mount {
  return { kind: 'tmpfs', target, ...(mode !== undefined && { mode: Number.parseInt(mode, 8) }) };
}

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

/** The folders in a GraphDriver. Undefined with the containerd store, and for storage other than the kernel's overlay. */
export function readOverlay(driver: Fields): Overlay | undefined {
  const upper = driver.in('Data').text('UpperDir');
  if (upper === '' || !/^overlay2?$/.test(driver.text('Name'))) return undefined;
  return { upper, lower: driver.in('Data').text('LowerDir').split(':').filter(Boolean) };
}
