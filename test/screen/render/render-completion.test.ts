import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { renderCompletion, type CommandWords } from '../../../src/screen/render/render-completion.ts';

const pin = { name: 'pin', summary: 'How exact.', valued: true, values: ['exact', 'none'] };
const commands: readonly CommandWords[] = [
  {
    name: 'commit',
    summary: 'Make a version of the user\u0027s work.',
    flags: [pin, { ...pin, name: 'amend', valued: false, values: [] }],
  },
  { name: 'config schema', summary: 'Print the schema.', flags: [] },
  { name: 'up', summary: 'Bring it up.', flags: [{ ...pin, name: 'name', char: 'n', values: [] }] },
];

function write(shell: 'zsh' | 'fish'): string {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, `devenv.${shell}`);
  writeFileSync(path, renderCompletion(shell, commands));
  return path;
}

function complete(...line: string[]): string[] {
  const script = `${renderCompletion('bash', commands)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _devenv; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script, 'bash', 'devenv', ...line], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('renderCompletion for bash', () => {
  it.each([
    [[''], ['commit', 'config', 'up']],
    [['co'], ['commit', 'config']],
    [['config', ''], ['schema']],
    [['-C', 'up', 'com'], ['commit']],
    [
      ['commit', '--'],
      ['--pin', '--amend'],
    ],
    [['commit', ''], []],
    [
      ['commit', '--pin', ''],
      ['exact', 'none'],
    ],
    [['commit', '--pin', 'exact', '--a'], ['--amend']],
    [['up', '-n', ''], []],
    [['up', '--', '--na'], []],
  ])('completes %j', (line, expected) => {
    expect(complete(...line)).toEqual(expected);
  });
});

/** Whether the shell is here. CI gets what it lacks: no test is skipped there. */
function provideShell(shell: 'zsh' | 'fish'): boolean {
  const isThere = (): boolean => spawnSync(shell, ['-c', 'true']).error === undefined;
  if (isThere()) return true;
  if (process.env['CI']) {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', shell], { stdio: 'ignore' });
    return isThere();
  }
  console.warn(`SKIPPED: what ${shell} makes of its completion script; ${shell} is not installed`);
  return false;
}

describe.each(['zsh', 'fish'] as const)('renderCompletion for %s', (shell) => {
  const found = provideShell(shell);

  it.skipIf(!found)('is a script that the shell can read', () => {
    const { status, stderr } = spawnSync(shell, ['-n', write(shell)], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('names every command and value', () => {
    const script = renderCompletion(shell, commands);
    for (const word of ['commit', 'schema', 'exact none', 'amend']) expect(script).toContain(word);
  });
});

it('completes commands and values in fish', ({ skip }) => {
  if (!provideShell('fish')) skip();
  const script = write('fish');
  const ask = (line: string): string[] => {
    const { stdout } = spawnSync('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`], {
      encoding: 'utf8',
    });
    return stdout
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '')
      .filter(Boolean);
  };
  expect(ask('devenv co')).toEqual(['commit', 'config']);
  expect(ask('devenv config s')).toEqual(['schema']);
  expect(ask('devenv commit --pin e')).toEqual(['exact']);
});
