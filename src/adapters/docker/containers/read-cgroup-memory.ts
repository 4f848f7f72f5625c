import { readFile } from 'node:fs/promises';

/**
 * Bytes of memory of a container whose first process is `pid` on this very
 * machine, out of the kernel's own files: much quicker than to ask the engine.
 * Undefined where these are not to be seen, or where the process is another
 * one: an engine that seems local may run in a virtual machine.
 */
export async function readCgroupMemory(container: string, pid: number): Promise<number | undefined> {
  try {
    const groups = await readFile(`/proc/${String(pid)}/cgroup`, 'utf8');
    const folder = findFolder(groups, container);
    if (folder === undefined) return undefined;
    const [usage, stat] = await Promise.all([
      readFile(folder.usage, 'utf8'),
      readFile(`${folder.path}/memory.stat`, 'utf8'),
    ]);
    const spare = new RegExp(`^${folder.spare} (\\d+)$`, 'm').exec(stat)?.[1];
    return Math.max(0, Number(usage) - Number(spare ?? 0)) || undefined;
  } catch {
    return undefined;
  }
}

interface Folder {
  readonly path: string;
  readonly usage: string;
  /** What of it the kernel would give back at once. */
  readonly spare: string;
}

/** Where the kernel accounts for the container: of `0::/path`, or `9:memory:/path`. */
export function findFolder(groups: string, container: string): Folder | undefined {
  for (const line of groups.split('\n')) {
    const [, controllers = '', ...rest] = line.split(':');
    // Podman has a group of its own below that of the container.
    const parts = rest.join(':').split('/');
    const own = parts.findIndex((part) => part.includes(container));
    if (own === -1 || parts.includes('..')) continue;
    const path = parts.slice(0, own + 1).join('/');
    if (controllers.split(',').includes('memory')) {
      const folder = `/sys/fs/cgroup/memory${path}`;
      return { path: folder, usage: `${folder}/memory.usage_in_bytes`, spare: 'total_inactive_file' };
    }
    if (controllers === '') {
      const folder = `/sys/fs/cgroup${path}`;
      return { path: folder, usage: `${folder}/memory.current`, spare: 'inactive_file' };
    }
  }
  return undefined;
}
