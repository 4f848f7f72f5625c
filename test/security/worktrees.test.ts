import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GitWorktrees } from '../../src/adapters/host/git-worktrees.ts';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { NodeProcesses } from '../../src/adapters/host/node-processes.ts';
import { TrustedPrograms } from '../../src/adapters/host/trusted-programs.ts';

let root: string;
let folder: string;
let worktrees: GitWorktrees;
const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', '-c', 'core.fsmonitor=', ...args], {
    ...{ cwd, encoding: 'utf8' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'devenv-worktrees-'));
  folder = join(root, 'shop');
  mkdirSync(join(folder, 'api'), { recursive: true });
  writeFileSync(join(folder, 'devenv.yaml'), 'version: 1\n');
  writeFileSync(join(folder, 'api/main.go'), 'package main\n');
  writeFileSync(join(folder, '.gitattributes'), '* filter=evil diff=evil merge=evil text\n');
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'first');
  worktrees = new GitWorktrees(new TrustedPrograms(new NodeProcesses(), { folder }), new NodeHostFiles());
});
afterEach(() => rmSync(root, { recursive: true }));

const tree = (name: string): string => join(root, `shop-${name}`);
const add = (name: string, branch: string, needs = 'devenv.yaml'): Promise<void> =>
  worktrees.add(folder, { path: tree(name), branch, needs });

it('makes a worktree on a new branch and on one that exists, as git knows it', async () => {
  await add('a', 'fix/login');
  expect(git(tree('a'), 'status', '-sb')).toBe('## fix/login\n');
  expect(readFileSync(join(tree('a'), 'api/main.go'), 'utf8')).toBe('package main\n');
  expect(await worktrees.find(tree('a'))).toMatchObject({ top: tree('a'), branch: 'fix/login' });
  git(tree('a'), 'commit', '-q', '--allow-empty', '-m', 'second');
  expect(git(folder, 'log', '-1', '--format=%s', 'fix/login')).toBe('second\n');
  git(folder, 'branch', 'other');
  await add('b', 'other');
  expect(git(folder, 'worktree', 'list').trim().split('\n')).toHaveLength(3);
  expect(git(folder, 'worktree', 'prune', '-v')).toBe('');
  await worktrees.remove(folder, tree('a'));
  expect([existsSync(tree('a')), git(folder, 'worktree', 'list').trim().split('\n').length]).toEqual([false, 2]);
});

it('runs no program of the repository', async () => {
  const mark = join(root, 'mark');
  const program = join(root, 'program');
  writeFileSync(program, `#!/bin/sh\ntouch ${mark}\ncat\n`);
  chmodSync(program, 0o755);
  const keys = { smudge: 'filter.evil.smudge', process: 'filter.evil.process', clean: 'filter.evil.clean' };
  for (const key of [...Object.values(keys), 'core.fsmonitor', 'core.sshCommand', 'core.alternateRefsCommand'])
    git(folder, 'config', key, program);
  git(folder, 'config', 'core.hooksPath', join(folder, 'hooks'));
  for (const hooks of [join(folder, 'hooks'), join(folder, '.git/hooks')])
    for (const name of ['post-checkout', 'reference-transaction', 'post-index-change']) {
      mkdirSync(hooks, { recursive: true });
      writeFileSync(join(hooks, name), `#!/bin/sh\ntouch ${mark}\n`);
      chmodSync(join(hooks, name), 0o755);
    }
  await add('a', 'fix');
  expect(existsSync(mark)).toBe(false);
  // Without devenv in between it does.
  execFileSync('git', ['worktree', 'add', '-q', tree('b')], { cwd: folder, stdio: 'ignore' });
  expect(existsSync(mark)).toBe(true);
});

it.each([
  ['a name that is an option', '--force'],
  ['a bad name', 'a..b'],
  ['a branch that is checked out', 'main'],
])('refuses %s, and makes nothing', async (_, branch) => {
  await expect(add('a', branch)).rejects.toMatchObject({ code: 'WORKTREE_FAILED' });
  expect(existsSync(tree('a'))).toBe(false);
});

it('refuses a branch without the project', async () => {
  await expect(add('a', 'fix', 'other/devenv.yaml')).rejects.toThrow('HEAD does not have other/devenv.yaml');
  expect(git(folder, 'branch', '--list', 'fix')).toBe('');
});

it.each(['refs/heads', 'worktrees'])('writes nothing where a link of the repository leads: %s', async (name) => {
  const outside = join(root, 'outside');
  mkdirSync(outside);
  rmSync(join(folder, '.git', name), { recursive: true, force: true });
  symlinkSync(outside, join(folder, '.git', name));
  await expect(add('a', 'fix')).rejects.toMatchObject({ code: 'WORKTREE_FAILED' });
  expect(execFileSync('ls', ['-A', outside], { encoding: 'utf8' })).toBe('');
});

describe('another repository of this machine', () => {
  let secret: string;
  let at: (path: string) => string;
  beforeEach(() => {
    const other = join(root, 'other');
    mkdirSync(other);
    secret = join(tree('a'), 'secret.txt');
    for (const name of ['devenv.yaml', 'secret.txt']) writeFileSync(join(other, name), 'mine\n');
    git(other, 'init', '-q', '-b', 'main');
    git(other, 'add', '-A');
    git(other, 'commit', '-q', '-m', 'mine');
    at = (path) => join(other, '.git', path);
  });
  const link = (from: string, to: string): void => {
    const place = join(folder, '.git', from);
    rmSync(place, { recursive: true, force: true });
    symlinkSync(to, place);
  };

  it.each<readonly [string, () => void]>([
    ['a link in the place of its objects', () => link('objects', at('objects'))],
    [
      'links in the folder of its objects',
      () => readdirSync(at('objects')).forEach((name) => link(`objects/${name}`, at(`objects/${name}`))),
    ],
    [
      'links to objects',
      () => {
        for (const name of readdirSync(at('objects')).filter((one) => one.length === 2)) {
          mkdirSync(join(folder, '.git/objects', name), { recursive: true });
          for (const one of readdirSync(at(`objects/${name}`)))
            link(`objects/${name}/${one}`, at(`objects/${name}/${one}`));
        }
      },
    ],
    ['alternates', () => writeFileSync(join(folder, '.git/objects/info/alternates'), `${at('objects')}\n`)],
  ])('does not come into a worktree by %s', async (_, attack) => {
    attack();
    link('refs/heads/main', at('refs/heads/main'));
    await expect(add('a', 'fix')).rejects.toMatchObject({ code: 'WORKTREE_FAILED' });
    expect(existsSync(secret)).toBe(false);
  });

  it('does not come into a worktree by a .git file whose record names it', async () => {
    rmSync(join(folder, '.git'), { recursive: true });
    mkdirSync(join(folder, 'record/worktrees/x'), { recursive: true });
    const record = (name: string, text: string): void => writeFileSync(join(folder, 'record/worktrees/x', name), text);
    record('HEAD', 'ref: refs/heads/main\n');
    record('gitdir', `${join(folder, '.git')}\n`);
    record('commondir', `${at('')}\n`);
    writeFileSync(join(folder, '.git'), 'gitdir: record/worktrees/x\n');
    await expect(add('a', 'fix')).rejects.toMatchObject({ code: 'WORKTREE_FAILED' });
    expect([existsSync(secret), existsSync(at('worktrees'))]).toEqual([false, false]);
  });
});
