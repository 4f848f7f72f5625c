import { join, relative, resolve } from 'node:path';
import type { Context } from '../ports/context.ts';

/** Bytes of a `.git` file that points to the repository. */
const limit = 4096;

/**
 * Notes that git finds no repository in the workspace of a git worktree or
 * submodule. The repository is not mounted: `git worktree prune` inside would
 * remove the records of all other worktrees.
 */
export async function tellWorktree(
  { files, progress }: Pick<Context, 'files' | 'progress'>,
  folder: string,
): Promise<void> {
  const text = await files.readText(join(folder, '.git'), limit).catch(() => undefined);
  const place = /^gitdir: (.+)$/m.exec(text ?? '')?.[1];
  if (place === undefined) return;
  const repository = resolve(folder, place);
  if (!/^\.\.(\/|$)/.test(relative(folder, repository))) return;
  progress.note(
    `The git repository of this folder lies outside of it, in ${repository}: use git on your machine, it finds none in the workspace.`,
  );
}
