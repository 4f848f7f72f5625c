import { basename, dirname, join, relative } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import { snapshotIntent } from '../snapshot-intent.ts';

/**
 * Opens the worktree `shop-NAME` beside the repository of a project, on a branch.
 * Creates it if it does not exist. Returns the project folder in it. Throws
 * WORKTREE_FAILED; only the branch may be left then.
 */
export async function openWorktree(context: Context, project: string, name: string, branch: string): Promise<string> {
  const worktrees = await context.worktrees();
  const repository = await worktrees.find(project);
  if (repository === undefined)
    throw new DevenvError('WORKTREE_FAILED', `There is no git repository in ${project}.`, {
      hint: 'Leave out --worktree to fork into the same folder.',
      state: 'Nothing was changed.',
    });
  const { top, common } = repository;
  const path = join(dirname(top), `${basename(top)}-${name}`);
  const below = relative(top, project);
  const folder = join(path, below);
  if ((await context.files.kindOf(path)) !== undefined) {
    const there = await worktrees.find(path);
    if (there?.top === path && there.common === common && there.branch === branch) return folder;
    throw new DevenvError('WORKTREE_FAILED', `${path} already exists and is not a worktree of the branch ${branch}.`, {
      hint: 'Choose another name.',
      state: 'It was not touched.',
    });
  }
  const { address } = await context.engine();
  await snapshotIntent.write(context, project, { kind: 'worktree', engine: address, path });
  try {
    await context.failpoints.reach('fork:worktree');
    await worktrees.add(project, { path, branch, needs: join(below, 'devenv.yaml') });
  } catch (error) {
    await worktrees.remove(project, path);
    throw error;
  } finally {
    await snapshotIntent.drop(context, project);
  }
  return folder;
}
