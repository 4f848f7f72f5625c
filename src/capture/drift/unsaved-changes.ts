import { isExcluded } from '../../environment/default-excludes.ts';
import type { PathChange } from '../../model/container.ts';

/** The changes of a workspace that a version would have to keep, out of the engine's list. */
export function findUnsavedChanges<Change extends PathChange>(changes: readonly Change[]): readonly Change[] {
  return leaveOutFolders(changes).filter(({ path }) => !isExcluded(path));
}

/** Without folders that are listed only because something in them changed: that has a row of its own. */
export function leaveOutFolders<Change extends PathChange>(changes: readonly Change[]): readonly Change[] {
  const parents = new Set(changes.map(({ path }) => path.slice(0, Math.max(path.lastIndexOf('/'), 0))));
  return changes.filter(({ path, kind }) => !(kind === 'modified' && parents.has(path)));
}
