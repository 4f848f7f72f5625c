import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pythonArgv } from '../../src/providers/python/python-action.ts';
import { pipNotes, setNotes } from '../../src/providers/python/python-notes.ts';
import { makeFolder } from '../run-devenv.ts';

/** Notes the files of requirements that it gets, installs nothing, and refuses the hash 0…. */
const pip = `import json, os, sys
words = sys.argv[1:]
text = open(words[words.index('-r') + 1]).read()
open(os.environ['CALLS'], 'a').write(('hashes ' if '--require-hashes' in words else 'asked ') + text)
if '--report' in words:
    json.dump({'install': []}, open(words[words.index('--report') + 1], 'w'))
sys.exit(1 if '0' * 64 in text else 0)
`;

function resolve(
  words: readonly string[],
  set?: Parameters<typeof pythonArgv>[2],
  files: Record<string, string> = {},
): { readonly status: number | null; readonly calls: string } {
  using folder = makeFolder();
  mkdirSync(join(folder.path, 'pip'));
  writeFileSync(join(folder.path, 'pip/__init__.py'), '');
  writeFileSync(join(folder.path, 'pip/__main__.py'), pip);
  const calls = join(folder.path, 'calls');
  mkdirSync(join(folder.path, 'sets/files'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, 'sets/files', name), text);
  const [program = '', ...argv] = pythonArgv('resolve', words, set).map((word) =>
    word.replaceAll(pipNotes, join(folder.path, 'notes')).replaceAll(setNotes, join(folder.path, 'sets')),
  );
  const env = { PATH: process.env['PATH'], PYTHONPATH: folder.path, CALLS: calls };
  const { status } = spawnSync(program, argv, { env });
  return { status, calls: readFileSync(calls, 'utf8') };
}

it('installs what the lock names by its hashes before it asks for more', () => {
  const sha256 = 'a'.repeat(64);
  expect(resolve(['new', `tiny==1.2@${sha256}`, 'dep==0.3@'])).toEqual({
    status: 0,
    calls: `hashes tiny==1.2 --hash=sha256:${sha256}\nasked new\n`,
  });
});

it('runs no package of another content than the lock has', () => {
  const sha256 = '0'.repeat(64);
  expect(resolve(['new', `tiny==1.2@${sha256}`])).toEqual({
    status: 1,
    calls: `hashes tiny==1.2 --hash=sha256:${sha256}\n`,
  });
});

const file = { name: 'requirements.txt', place: 'system' };

it('runs no package of a requirement file of another content than the lock has', () => {
  const [sha256, other] = ['0'.repeat(64), 'b'.repeat(64)];
  const words = ['@requirements.txt', `dep==0.3@${other}`, `tiny==1.2@${sha256}`];
  const { status, calls } = resolve(words, file, { 'requirements.txt': 'tiny>=1\n' });
  expect(status).toBe(1);
  expect(calls).toBe(`hashes dep==0.3 --hash=sha256:${other}\ntiny==1.2 --hash=sha256:${sha256}\n`);
});

it('asks for another version that a requirement file names, without that of the lock', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  const words = ['@requirements.txt', `dep==0.3@${b}`, `tiny==1.2@${a}`, `same==1.0@${a}`];
  const { status, calls } = resolve(words, file, { 'requirements.txt': 'Tiny[x] == 1.3 # new\nsame==1\ndep==0.*\n' });
  expect(status).toBe(0);
  expect(calls).toMatch(
    new RegExp(`^hashes dep==0.3 --hash=sha256:${b}\nsame==1.0 --hash=sha256:${a}\nasked -r .*/requirements.txt\n$`),
  );
});
