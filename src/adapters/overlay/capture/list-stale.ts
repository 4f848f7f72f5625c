import { comparePaths } from '../../../model/byte-path.ts';
import type { Entry, EntryTable } from '../changes/entry-table.ts';

/** How a copy of one comparison becomes that of a later one: what to remove first, and then to copy. */
export interface StaleCopy {
  readonly removed: readonly string[];
  readonly copied: readonly Entry[];
}

/**
 * Compares two tables of one container. `changed`: relative paths whose inodes
 * changed since the first. Folders above a difference are copied as well, since
 * it changes their time. Undefined if a file came with a folder that was moved:
 * which of its names are links to one file is not known then.
 */
export function listStale(before: EntryTable, after: EntryTable, changed: ReadonlySet<string>): StaleCopy | undefined {
  const removed: string[] = [];
  const wanted = new Set<string>();
  const earlier = before[Symbol.iterator]();
  let old = earlier.next();
  for (const entry of after) {
    for (; old.done !== true && comparePaths(old.value.path, entry.path) < 0; old = earlier.next()) {
      removed.push(old.value.path);
    }
    const same = old.done !== true && old.value.path === entry.path ? old.value : undefined;
    if (same !== undefined) old = earlier.next();
    const isFresh = changed.has(entry.path);
    if (same === undefined && !isFresh && entry.type === 'f') return undefined;
    if (same !== undefined && !isFresh && isAlike(same, entry)) continue;
    wanted.add(entry.path);
    if (same !== undefined && (entry.type !== 'd' || same.type !== 'd')) removed.push(entry.path);
  }
  for (; old.done !== true; old = earlier.next()) removed.push(old.value.path);
  for (const path of [...removed, ...wanted]) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) wanted.add(path.slice(0, at));
  }
  return { removed, copied: [...after].filter(({ path }) => wanted.has(path)) };
}

const isAlike = (one: Entry, other: Entry): boolean =>
  one.kind === other.kind && one.type === other.type && one.size === other.size && one.target === other.target;
