import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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

/** Lets a group go on that somebody kept still who was killed. Nothing happens where it does. */
export function letGroupGoOn(folder: string): void {
  for (const { file, still, on } of places) {
    const path = join(folder, file);
    if (existsSync(path) && readFileSync(path, 'latin1').trim() === still) writeFileSync(path, on);
  }
}
