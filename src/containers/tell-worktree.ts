import { join, relative, resolve } from 'node:path';
import type { Context } from '../ports/context.ts';

/** Bytes of a `.git` that only says where the repository lies. */
const limit = 4096;

/**
 * Says where git finds no repository in a workspace: that of a git worktree,
 * or of a submodule, lies outside of what is mounted. It is not mounted, too:
 * `git worktree prune` in the workspace would take the records of all others
 * for those of vanished folders.
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
