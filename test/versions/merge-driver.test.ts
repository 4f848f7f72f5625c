import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { makeFolder, program, runDevenv } from '../run-devenv.ts';
import { config, lockOf, makeImage, makeShared } from '../share/shared-project.ts';

const one = makeShared(1);
const digest = (letter: string) => `sha256:${letter.repeat(64)}` as const;
const pushed = (message: string, letter: string) =>
  makeShared(2, { message, digest: digest(letter) }, makeImage(message));

/** Merges two branches that both changed the lock, by git with devenv as its driver. */
function merge(
  folder: string,
  ours: string,
  theirs: string,
): { readonly status: number | null; readonly lock: string } {
  const lock = join(folder, 'devenv-lock.yaml');
  const settings = {
    ...{ 'user.name': 'Ann', 'user.email': 'ann@example.com' },
    'merge.devenv.driver': `${process.execPath} ${program} resolve --driver %O %A %B`,
  };
  const named = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const env = { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: 'unix:///nowhere.sock' };
  const git = (...argv: string[]): void =>
    void execFileSync('git', [...named, ...argv], { cwd: folder, env, stdio: 'ignore' });
  const commit = (text: string): void => {
    writeFileSync(lock, text);
    git('add', '.');
    git('commit', '-q', '-m', 'lock');
  };
  git('init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'devenv.yaml'), config);
  writeFileSync(join(folder, '.gitattributes'), 'devenv-lock.yaml merge=devenv\n');
  commit(lockOf([one]));
  git('checkout', '-q', '-b', 'other');
  commit(theirs);
  git('checkout', '-q', 'main');
  commit(ours);
  const { status } = spawnSync('git', [...named, 'merge', '--no-edit', 'other'], { cwd: folder, env });
  return { status, lock: readFileSync(lock, 'utf8') };
}

it('merges locks of two branches without a conflict', () => {
  using folder = makeFolder();
  const { status, lock } = merge(folder.path, lockOf([one, pushed('mine', 'a')]), lockOf([one, pushed('theirs', 'b')]));
  expect(status).toBe(0);
  const { versions } = parseLock(lock, 'devenv-lock.yaml');
  expect(versions.map(({ number, message }) => [number, message]).sort()).toEqual([
    [1, 'change 1'],
    [2, expect.stringMatching(/mine|theirs/)],
    [3, expect.stringMatching(/mine|theirs/)],
  ]);
});

it.each([
  [
    'an image needs another name and no engine answers',
    [one, makeShared(2, { message: 'mine' }, makeImage('mine'))],
    4,
  ],
  ['one side is broken', 'lock: 1\nnonsense\n', 3],
])('leaves merge marks for `devenv resolve` if %s', async (_, ours, status) => {
  using folder = makeFolder();
  const [mine, theirs] = [typeof ours === 'string' ? ours : lockOf(ours), lockOf([one, pushed('theirs', 'b')])];
  const merged = merge(folder.path, mine, theirs);
  expect(merged).toEqual({ status: 1, lock: `<<<<<<< ours\n${mine}=======\n${theirs}>>>>>>> theirs\n` });
  const env = { HOME: folder.path, DOCKER_HOST: 'unix:///nowhere.sock' };
  expect(await runDevenv(['resolve'], { cwd: folder.path, env })).toMatchObject({ status });
});

it.each(['ours', 'theirs'])('reads no file outside of the project if %s is a link', async (name) => {
  using folder = makeFolder();
  using other = makeFolder();
  const secret = join(other.path, 'id_ed25519');
  writeFileSync(secret, 'secret\n');
  for (const file of ['base', 'ours', 'theirs'])
    if (file === name) symlinkSync(secret, join(folder.path, file));
    else writeFileSync(join(folder.path, file), lockOf([one]));
  const { status } = await runDevenv(['resolve', '--driver', 'base', 'ours', 'theirs'], { cwd: folder.path });
  expect(status).toBe(1);
  expect([readFileSync(secret, 'utf8'), readFileSync(join(folder.path, 'ours'), 'utf8')]).toEqual([
    'secret\n',
    name === 'ours' ? 'secret\n' : lockOf([one]),
  ]);
});

it.each([[['--driver']], [['--driver', 'a', 'b']], [['a', 'b', 'c']]])('refuses `resolve %j`', async (argv) => {
  expect(await runDevenv(['resolve', ...argv])).toMatchObject({ status: 2 });
});
