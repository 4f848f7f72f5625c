import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import { resolveReal } from './trusted-programs.ts';

/**
 * Refuses a repository of which git would read objects, or write files, in
 * another place: a workspace may have written it, and what git checks out
 * becomes readable there. `common`: its git folder. Throws WORKTREE_FAILED.
 */
export async function refuseLinks(common: string, branch: string): Promise<void> {
  const real = resolveReal(common) ?? common;
  const folders = branch.split('/').slice(0, -1);
  const written = ['refs', 'heads', ...folders].map((_, at, all) => all.slice(0, at + 1).join('/'));
  const alternates = join('objects', 'info', 'alternates');
  const wrong =
    [...written, 'worktrees', 'objects'].find(
      (name) => ![undefined, join(real, name)].includes(resolveReal(join(common, name))),
    ) ?? (existsSync(join(common, alternates)) ? alternates : await findLink(common, 'objects'));
  if (wrong === undefined) return;
  throw new DevenvError('WORKTREE_FAILED', `${join(common, wrong)} leads out of the repository.`, {
    state: 'Nothing was made.',
  });
}

/** The first link in a folder and in those below it. */
async function findLink(common: string, folder: string): Promise<string | undefined> {
  for (const entry of await readdir(join(common, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isSymbolicLink()) return path;
    const below = entry.isDirectory() ? await findLink(common, path) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}
