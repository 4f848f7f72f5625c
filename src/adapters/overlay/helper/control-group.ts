import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDetails } from '../../../model/container.ts';

/** Where Linux has control groups, and which file there keeps one still: of the first version, then of the second. */
const places = [
  { of: /(?:^|,)freezer(?:,|$)/, root: '/sys/fs/cgroup/freezer', file: 'freezer.state', still: 'FROZEN', on: 'THAWED' },
  { of: /^$/, root: '/sys/fs/cgroup', file: 'cgroup.freeze', still: '1', on: '0' },
] as const;

/**
 * Folder of the control group that everything in a container is in, where it
 * can be kept still by it. `groups`: what /proc says of its process; `root`: of
 * the file system. Absent where this machine has its groups elsewhere.
 */
export function findControlGroup(groups: string, container: string, root = '/'): string | undefined {
  for (const place of places) {
    for (const line of groups.split('\n')) {
      const [, controllers = '-', path = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
      const parts = path.split('/');
      // A service manager in the container has groups of its own below.
      const own = parts.findIndex((part) => part.includes(container));
      if (!place.of.test(controllers) || own === -1 || parts.includes('..')) continue;
      const folder = join(root, place.root, ...parts.slice(0, own + 1));
      if (existsSync(join(folder, place.file))) return folder;
    }
  }
  return undefined;
}

/** Of a container that runs on this machine; anybody may ask. Absent elsewhere, and where it cannot be told. */
export function findGroupOf({ id, pid }: Pick<ContainerDetails, 'id' | 'pid'>): string | undefined {
  try {
    return pid > 0 ? findControlGroup(readFileSync(`/proc/${String(pid)}/cgroup`, 'latin1'), id) : undefined;
  } catch {
    return undefined;
  }
}

/** False where it is gone, too. */
export const isGroupStill = (folder: string): boolean =>
  places.some(({ file, still }) => read(join(folder, file)) === still);

/** Lets a group go on that somebody kept still who was killed, or was about to. Nothing happens where it does. */
export function letGroupGoOn(folder: string): void {
  for (const { file, on } of places) {
    const path = join(folder, file);
    const now = read(path);
    if (now !== undefined && now !== on) writeFileSync(path, on);
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}
