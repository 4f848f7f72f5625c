import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ContainerDetails } from '../../../model/container.ts';

/** Where Linux has control groups, and the file that freezes one: version 1, then version 2. */
const places = [
  { of: /(?:^|,)freezer(?:,|$)/, root: '/sys/fs/cgroup/freezer', file: 'freezer.state', still: 'FROZEN', on: 'THAWED' },
  { of: /^$/, root: '/sys/fs/cgroup', file: 'cgroup.freeze', still: '1', on: '0' },
] as const;

/**
 * The folder of a container's control group, if that can be frozen. `groups`: the
 * text of /proc/PID/cgroup; `root`: of the file system. Undefined if this machine
 * has its control groups elsewhere.
 */
export function findControlGroup(groups: string, container: string, root = '/'): string | undefined {
  for (const place of places) {
    for (const line of groups.split('\n')) {
      const [, controllers = '-', path = ''] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
      const parts = path.split('/');
      // A service manager in the container makes groups below it.
      const own = parts.findIndex((part) => part.includes(container));
      if (!place.of.test(controllers) || own === -1 || parts.includes('..')) continue;
      const folder = join(root, place.root, ...parts.slice(0, own + 1));
      if (existsSync(join(folder, place.file))) return folder;
    }
  }
  return undefined;
}

/** The same, of a container that runs on this machine; needs no rights. Undefined for other machines. */
export function findGroupOf({ id, pid }: Pick<ContainerDetails, 'id' | 'pid'>): string | undefined {
  try {
    return pid > 0 ? findControlGroup(readFileSync(`/proc/${String(pid)}/cgroup`, 'latin1'), id) : undefined;
  } catch {
    return undefined;
  }
}

/** False if the group is gone, too. */
export const isGroupStill = (folder: string): boolean =>
  places.some(({ file, still }) => read(join(folder, file)) === still);

/** Thaws a group that is frozen or freezing. */
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
