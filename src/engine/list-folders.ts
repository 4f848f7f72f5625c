import type { FoundRow } from './read-found-row.ts';
import type { StorageHelper } from './storage-helper.ts';

/** What a helper's own image has in the root and in some folders; one that is reached through a link is none. By path. */
export async function listFolders(helper: StorageHelper, folders: readonly string[]): Promise<Map<string, FoundRow>> {
  const rows = new Map<string, FoundRow>();
  // Where the helper itself and its mounts are.
  for await (const row of helper.listChildren(['.', ...folders])) {
    if (!row.path.startsWith('.devenv-')) rows.set(row.path, row);
  }
  return rows;
}
