import { pathFromLatin1, type BytePath } from '../../model/byte-path.ts';
import type { TreeChange } from '../../model/tree.ts';

export interface Replay {
  /** Paths to take from our side, folders before what is in them. */
  readonly copy: readonly BytePath[];
  /** Paths that our side removed, topmost ones. */
  readonly hide: readonly BytePath[];
  /** Paths that both sides changed differently. */
  readonly conflicts: readonly PathConflict[];
}

export interface PathConflict<Path extends string = BytePath> {
  readonly path: Path;
  readonly ours: TreeChange['kind'];
  /** Absent if the other side only changed paths above or below. */
  readonly theirs?: TreeChange['kind'];
}

/**
 * How to lay the changes of our side on the tree of the other side, given the
 * changes of both sides against their common tree. `same`: true for a path that
 * is equal on both sides.
 */
export function planReplay(
  ours: readonly TreeChange[],
  theirs: readonly TreeChange[],
  same: (path: BytePath) => boolean,
): Replay {
  const others = new Map(theirs.map((change) => [change.path, change]));
  const gone = new Set(theirs.filter(endsFolder).map(({ path }) => path));
  const touched = new Set(theirs.filter(({ kind }) => kind !== 'removed').flatMap(({ path }) => listAbove(path)));
  const copy: BytePath[] = [];
  const hide = new Set<BytePath>();
  const conflicts: PathConflict[] = [];
  for (const change of ours) {
    const { path, kind } = change;
    const other = others.get(path);
    if (other !== undefined) {
      const alike = kind === 'removed' ? other.kind === 'removed' : other.kind !== 'removed' && same(path);
      if (!alike) conflicts.push({ path, ours: kind, theirs: other.kind });
    } else if (kind !== 'removed' && listAbove(path).some((folder) => gone.has(folder))) {
      conflicts.push({ path, ours: kind });
    } else if (endsFolder(change) && touched.has(path)) {
      conflicts.push({ path, ours: kind });
    } else if (kind === 'removed') {
      if (!listAbove(path).some((folder) => hide.has(folder))) hide.add(path);
    } else copy.push(path);
  }
  return { copy, hide: [...hide], conflicts };
}

/** True if a folder, if there was one, is gone. */
const endsFolder = ({ kind, what }: TreeChange): boolean => kind === 'removed' || what.includes('type');

/** `/a/b/c` → `/a/b` and `/a`. */
export function listAbove(path: BytePath): BytePath[] {
  const folders: BytePath[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    folders.push(pathFromLatin1(path.slice(0, at)));
  return folders;
}
