import type { Mount } from '../../../model/container.ts';
import type { Fields } from '../connection/fields.ts';

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
