import type { BytePath } from '../model/byte-path.ts';
import type { Tree, TreeChange, TreeEntry } from '../model/tree.ts';

export interface TreeComparison {
  readonly changes: readonly TreeChange[];
  /** Files with equal metadata but different times: their content has to be compared. */
  readonly suspects: readonly BytePath[];
}

/** Differences between two trees by metadata, sorted by path. */
export function compareTrees(before: Tree, after: Tree): TreeComparison {
  const changes: TreeChange[] = [];
  const suspects: BytePath[] = [];
  for (const [path, old] of before) {
    const now = after.get(path);
    if (now === undefined) {
      changes.push({ path, kind: 'removed', what: [] });
      continue;
    }
    const what = compareEntries(old, now);
    if (what.length > 0) changes.push({ path, kind: 'changed', what });
    // An upgrade may keep the size of a file, but not its time.
    else if (old.type === 'f' && old.mtime !== now.mtime) suspects.push(path);
  }
  for (const path of after.keys()) if (!before.has(path)) changes.push({ path, kind: 'added', what: [] });
  return { changes: sortChanges(changes), suspects: suspects.sort() };
}

/** By path: folders before what is in them. */
export function sortChanges(changes: readonly TreeChange[]): readonly TreeChange[] {
  return [...changes].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function compareEntries(a: TreeEntry, b: TreeEntry): readonly string[] {
  if (a.type !== b.type) return ['type'];
  return (['mode', 'owner', 'size', 'target'] as const).filter((key) => a[key] !== b[key]);
}
