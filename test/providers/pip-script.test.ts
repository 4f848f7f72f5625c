import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pipArgv, pipNotes } from '../../src/providers/python/pip-script.ts';
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

function resolve(...words: string[]): { readonly status: number | null; readonly calls: string } {
  using folder = makeFolder();
  mkdirSync(join(folder.path, 'pip'));
  writeFileSync(join(folder.path, 'pip/__init__.py'), '');
  writeFileSync(join(folder.path, 'pip/__main__.py'), pip);
  const calls = join(folder.path, 'calls');
  const [program = '', ...argv] = pipArgv('resolve', words).map((word) =>
    word.replaceAll(pipNotes, join(folder.path, 'notes')),
  );
  const env = { PATH: process.env['PATH'], PYTHONPATH: folder.path, CALLS: calls };
  const { status } = spawnSync(program, argv, { env });
  return { status, calls: readFileSync(calls, 'utf8') };
}

it('installs what the lock names by its hashes before it asks for more', () => {
  const sha256 = 'a'.repeat(64);
  expect(resolve('new', `tiny==1.2@${sha256}`, 'dep==0.3@')).toEqual({
    status: 0,
    calls: `hashes tiny==1.2 --hash=sha256:${sha256}\nasked new\n`,
  });
});

it('runs no package of another content than the lock has', () => {
  const sha256 = '0'.repeat(64);
  expect(resolve('new', `tiny==1.2@${sha256}`)).toEqual({
    status: 1,
    calls: `hashes tiny==1.2 --hash=sha256:${sha256}\n`,
  });
});
