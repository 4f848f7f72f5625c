import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  agreeRepository,
  findAgreedRepository,
  listRepositoryNeeds,
} from '../../src/containers/repository/agree-repository.ts';
import { findRepository, mountRepository } from '../../src/containers/repository/find-repository.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';

const worktree = {
  '/shop/.git': 'gitdir: /main/.git/worktrees/shop\n',
  '/main/.git/worktrees/shop/commondir': '../..\n',
  '/main/.git/worktrees/shop/gitdir': '/shop/.git\n',
};
const submodule = {
  '/shop/.git': 'gitdir: ../super/.git/modules/shop\n',
  '/super/.git/modules/shop/config': '[core]\n\tbare = false\n\tworktree = ../../../../shop\n',
};

function open(files: Readonly<Record<string, string>>, interactive = true): FakeContext {
  const context = makeContext();
  context.fake.prompt.interactive = interactive;
  for (const [path, text] of Object.entries(files)) context.fake.files.files.set(path, text);
  return context;
}
const find = (files: Readonly<Record<string, string>>) => findRepository(open(files).files, '/shop');

describe('findRepository', () => {
  it('finds that of a worktree, and of one with relative paths', async () => {
    const found = { kind: 'worktree', common: '/main/.git', record: '/main/.git/worktrees/shop' };
    expect(await find(worktree)).toEqual({ ...found, relative: false });
    const moved = {
      '/shop/.git': 'gitdir: ../main/.git/worktrees/shop\n',
      '/main/.git/worktrees/shop/gitdir': '../../../../shop/.git\n',
    };
    expect(await find({ ...worktree, ...moved })).toEqual({ ...found, relative: true });
  });

  it('finds that of a submodule', async () => {
    const common = '/super/.git/modules/shop';
    expect(await find(submodule)).toEqual({ kind: 'submodule', common, record: common, relative: true });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a worktree of another folder', { ...worktree, '/main/.git/worktrees/shop/gitdir': '/other/.git\n' }],
    ['shared files elsewhere', { ...worktree, '/main/.git/worktrees/shop/commondir': '/home/ann/.ssh\n' }],
    ['a submodule of another folder', { ...submodule, '/super/.git/modules/shop/config': 'worktree = ../other\n' }],
    ['any folder', { '/shop/.git': 'gitdir: /home/ann/.ssh\n', '/home/ann/.ssh/config': 'Host *\n' }],
  ])('mounts nothing of %s, whatever .git says', async (_, files) => {
    expect(await find(files)).toMatchObject({ kind: 'foreign' });
    expect(await listRepositoryNeeds(open(files).files, '/shop')).toEqual([]);
  });

  it.each([['gitdir: store/..repository\n'], ['something else\n'], [undefined]])(
    'finds none if .git is %j',
    async (text) => {
      expect(await find(text === undefined ? {} : { '/shop/.git': text })).toBeUndefined();
    },
  );
});

describe('agreeRepository', () => {
  const notes = (context: FakeContext): string => context.fake.progress.said.join('\n');

  it('asks once, says what is written, and remembers', async () => {
    const context = open(worktree);
    await agreeRepository(context, '/shop');
    expect(notes(context)).toContain(
      'mounts the git folder /main/.git, to read, and of it objects, refs, logs and worktrees/shop to write',
    );
    expect(await findAgreedRepository(context, '/shop')).toMatchObject({ kind: 'worktree' });
    context.fake.prompt.agrees = false;
    await agreeRepository(context, '/shop');
    expect(await findAgreedRepository(context, '/shop')).toBeDefined();
  });

  it.each([
    ['is declined', true],
    ['cannot be asked for', false],
  ])('names the cause if it %s, and goes on', async (_, interactive) => {
    const context = open(worktree, interactive);
    context.fake.prompt.agrees = false;
    await agreeRepository(context, '/shop');
    await agreeRepository(context, '/shop');
    expect(notes(context)).toContain('git finds none in the workspace until you agree with `devenv trust`');
    expect(await findAgreedRepository(context, '/shop')).toBeUndefined();
  });

  it('is a new question for another repository', async () => {
    const context = open(worktree);
    await agreeRepository(context, '/shop');
    for (const [path, text] of Object.entries(submodule)) context.fake.files.files.set(path, text);
    expect(await findAgreedRepository(context, '/shop')).toBeUndefined();
  });

  it('says that a repository does not name the folder', async () => {
    const context = open({ ...worktree, '/main/.git/worktrees/shop/gitdir': '/other/.git\n' });
    await agreeRepository(context, '/shop');
    expect(notes(context)).toContain('does not name this folder');
  });
});

describe('a repository that does not work in the workspace', () => {
  const objects = '/shop/.git/objects';
  const own = { '/shop/.git/HEAD': 'ref: refs/heads/main\n' };

  async function place(files: Readonly<Record<string, string>>): Promise<FakeContext> {
    const context = makeContext();
    for (const [path, text] of Object.entries(files)) {
      await context.files.makeFolder(dirname(path));
      await context.files.writeAtomic(path, text);
    }
    return context;
  }

  it.each([
    [
      'begins above the project',
      { '/code/.git/HEAD': '', '/code/shop/devenv.yaml': '' },
      '/code/shop',
      'begins at /code',
    ],
    [
      'borrows objects',
      { ...own, [`${objects}/info/alternates`]: '/main/.git/objects\n' },
      '/shop',
      'of /main/.git/objects',
    ],
    [
      'borrows by a relative path',
      { ...own, [`${objects}/info/alternates`]: '# a\n../../../b\n' },
      '/shop',
      'of ../../../b',
    ],
  ])('is named if it %s', async (_what, files, folder, told) => {
    const context = await place(files);
    await agreeRepository(context, folder);
    expect(context.fake.progress.said).toEqual([expect.stringContaining(told)]);
  });

  it.each([
    ['holds its own objects', own, '/shop'],
    ['borrows those of the project', { ...own, [`${objects}/info/alternates`]: '../../vendor/a/objects\n' }, '/shop'],
    ['does not exist', { '/code/shop/devenv.yaml': '' }, '/code/shop'],
    ['is the home folder', { '/home/ada/.git/HEAD': '', '/home/ada/shop/devenv.yaml': '' }, '/home/ada/shop'],
  ])('is no word about one that %s', async (_what, files, folder) => {
    const context = Object.assign(await place(files), { variables: { HOME: '/home/ada' } });
    await agreeRepository(context, folder);
    expect(context.fake.progress.said).toEqual([]);
  });
});

it('lets only the own record of a worktree be written, and no settings or hooks', async () => {
  const found = await find(worktree);
  if (found === undefined) throw new Error('It was not found.');
  const mounts = mountRepository(found, '/shop', '/workspace');
  expect(mounts.map((mount) => (mount.kind === 'bind' ? [mount.target, mount.readOnly] : []))).toEqual([
    ['/main/.git', true],
    ['/main/.git/objects', false],
    ['/main/.git/refs', false],
    ['/main/.git/logs', false],
    ['/main/.git/worktrees/shop', false],
    ['/shop', false],
  ]);
  expect(mountRepository(found, '/shop', '/shop').map((mount) => mount.target)).not.toContain('/shop');
});
