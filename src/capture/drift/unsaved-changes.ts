import { isExcluded } from '../../environment/default-excludes.ts';
import type { PathChange } from '../../model/container.ts';

/** The changes in the engine's list that a version would keep. */
export function findUnsavedChanges<Change extends PathChange>(changes: readonly Change[]): readonly Change[] {
  return leaveOutFolders(changes).filter(({ path, unkept }) => unkept !== true && !isExcluded(path));
}

/** Without folders that are listed only because something in them changed, which has its own row. */
export function leaveOutFolders<Change extends PathChange>(changes: readonly Change[]): readonly Change[] {
  const parents = new Set(changes.map(({ path }) => path.slice(0, Math.max(path.lastIndexOf('/'), 0))));
  return changes.filter(({ path, kind }) => !(kind === 'modified' && parents.has(path)));
}
