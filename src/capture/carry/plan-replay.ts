import { pathFromLatin1, type BytePath } from '../../model/byte-path.ts';
import type { TreeChange } from '../../model/tree.ts';

export interface Replay {
  /** Paths to take from our side, folders before what is in them. */
  readonly copy: readonly BytePath[];
  /** Paths that our side removed, topmost ones. */
  readonly hide: readonly BytePath[];
  /** What both sides changed, each in another way. */
  readonly conflicts: readonly PathConflict[];
}

export interface PathConflict<Path extends string = BytePath> {
  readonly path: Path;
  readonly ours: TreeChange['kind'];
  /** Absent where the other side changed only what lies above or below the path. */
  readonly theirs?: TreeChange['kind'];
}

/**
 * How what one side changed can be laid on the other side's tree, given the
 * changes of both against the tree that they come from. `same`: true for a
 * path that both sides changed to the same.
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

/** A folder may have been there before, and now is none. */
const endsFolder = ({ kind, what }: TreeChange): boolean => kind === 'removed' || what.includes('type');

/** `/a/b/c` → `/a/b` and `/a`. */
function listAbove(path: BytePath): BytePath[] {
  const folders: BytePath[] = [];
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    folders.push(pathFromLatin1(path.slice(0, at)));
  return folders;
}
