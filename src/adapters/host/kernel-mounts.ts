import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';
import type { ContainerDetails } from '../../model/container.ts';
import type { FolderLocation, Mounts } from '../../ports/machine.ts';

/** Mounts of this machine, from /proc: every user may read those of every process. */
export const kernelMounts: Mounts = {
  read: async ({ id, pid }: Pick<ContainerDetails, 'id' | 'pid'>) => {
    if (pid <= 0) return undefined;
    const folder = `/proc/${String(pid)}`;
    try {
      // An engine elsewhere has other processes: only the container's own group proves that this is its process.
      if (!(await readFile(`${folder}/cgroup`, 'latin1')).includes(id)) return undefined;
      return parseMounts(await readFile(`${folder}/mountinfo`, 'utf8'));
    } catch {
      return undefined;
    }
  },
  locate: async (path) => {
    const mounts = await readFile('/proc/self/mountinfo', 'utf8').then(parseMounts, () => undefined);
    for (let above = path; mounts !== undefined; above = posix.dirname(above)) {
      const found = mounts.get(above);
      if (found !== undefined) return { ...found, path: posix.join(found.path, posix.relative(above, path)) };
      if (above === posix.dirname(above)) return undefined;
    }
    return undefined;
  },
};

/** Of several mounts at one path, the last one is visible. */
export function parseMounts(mountinfo: string): ReadonlyMap<string, FolderLocation> {
  const found = new Map<string, FolderLocation>();
  for (const line of mountinfo.split('\n')) {
    const [, , device, path, target] = line.split(' ');
    if (device !== undefined && path !== undefined && target !== undefined)
      found.set(decode(target), { device, path: decode(path) });
  }
  return found;
}

/** The kernel's escapes of bytes, `\040` for a space, as text. */
function decode(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = Buffer.from(text, 'utf8').toString('latin1');
  const plain = bytes.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
  return Buffer.from(plain, 'latin1').toString('utf8');
}
