import { expect, it } from 'vitest';
import { tellWorktree } from '../../src/containers/tell-worktree.ts';

/** What is noted of a folder whose `.git` holds this. */
async function tell(text: string | undefined): Promise<readonly string[]> {
  const notes: string[] = [];
  const files = { readText: async () => text };
  const progress = { note: (line: string) => void notes.push(line) };
  await tellWorktree({ files, progress } as never, '/home/ann/tree');
  return notes;
}

it('says where the repository of a worktree or a submodule lies', async () => {
  expect(await tell('gitdir: /home/ann/shop/.git/worktrees/tree\n')).toEqual([
    expect.stringContaining('in /home/ann/shop/.git/worktrees/tree:'),
  ]);
  expect(await tell('gitdir: ../.git/modules/tree\n')).toEqual([
    expect.stringContaining('in /home/ann/.git/modules/tree:'),
  ]);
});

it('says nothing where the workspace has the repository, or there is none', async () => {
  expect(await tell('gitdir: store/..repository\n')).toEqual([]);
  expect(await tell('something else\n')).toEqual([]);
  expect(await tell(undefined)).toEqual([]);
});
