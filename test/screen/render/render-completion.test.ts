import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installOnHost } from '../../lab/install-on-host.ts';
import { program } from '../../run-devenv.ts';
import { renderCandidates, renderCompletion } from '../../../src/screen/render/render-completion.ts';

const yaml = `version: 1
name: shop
base: debian:12
files: [{from: devenv.yaml, to: /etc/plain}, {from: devenv.yaml, to: '/etc/$(touch run)'}, {from: devenv.yaml, to: '/etc/*'}]
services: {db: {image: postgres}, dash: {image: grafana}}
`;
let folder: string;
let env: Record<string, string>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'completion-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/devenv'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`);
  chmodSync(join(folder, 'bin/devenv'), 0o755);
  mkdirSync(join(folder, 'shop'));
  writeFileSync(join(folder, 'shop/devenv.yaml'), yaml);
  env = { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, HOME: folder, TERM: 'dumb' };
});
afterAll(() => rmSync(folder, { recursive: true }));

const run = (command: string, argv: readonly string[]) =>
  spawnSync(command, argv, { encoding: 'utf8', env, cwd: join(folder, 'shop') });

function complete(...line: string[]): string[] {
  const script = `${renderCompletion('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _devenv; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = run('bash', ['-c', script, 'bash', 'devenv', ...line]);
  expect(stderr).toBe('');
  return stdout.split('\n').filter(Boolean);
}

describe('completion in bash', () => {
  it.each([
    [['co'], ['code', 'commit', 'config', 'completion']],
    [['sna'], ['snapshot']],
    [
      ['snapshot', 'r'],
      ['restore', 'rm'],
    ],
    [['-C', 'up', 'sho'], ['show']],
    [['commit', '--pi'], ['--pin']],
    [['commit', ''], []],
    [
      ['commit', '--pin', ''],
      ['exact', 'minor', 'none'],
    ],
    [['commit', '--pin', 'exact', '--am'], ['--amend']],
    [['help', 'rest'], ['restart']],
    [['completion', 'z'], ['zsh']],
    [
      ['logs', ''],
      ['db', 'dash'],
    ],
    [['logs', '--tail', '3', 'da'], ['dash']],
    [['restart', 'db', ''], []],
    // What a shell would run or expand is left out.
    [['blame', 'file:'], ['file:/etc/plain']],
    [['exec', 'ls', '--'], []],
  ])('completes %j', (line, expected) => {
    expect(complete(...line).toSorted()).toEqual(expected.toSorted());
  });

  it('completes the first word with every command', () => {
    expect(complete('')).toEqual(expect.arrayContaining(['init', 'up', 'snapshot', 'config', 'completion']));
  });
});

it('writes candidates in the form of each shell', () => {
  const candidates = [
    { word: 'npm:pnpm', summary: 'two\n\u001b[31mlines' },
    ...['$(reboot)', '`reboot`', 'a;reboot', 'a b', '~root', '*', 'a\nb', '\u001b[2J', '', '@args', '=ls'].map(
      (word) => ({
        word,
        summary: '',
      }),
    ),
  ];
  expect(renderCandidates('bash', candidates)).toBe('npm:pnpm');
  expect(renderCandidates('zsh', candidates)).toBe('npm\\:pnpm:two lines');
  expect(renderCandidates('fish', candidates)).toBe('npm:pnpm\ttwo lines');
  const list = { word: 'a,--yes', summary: '' };
  expect(renderCandidates('powershell', [...candidates, list])).toBe('npm:pnpm\ttwo lines');
});

it('takes the last word of PowerShell after a colon, also if it is empty', () => {
  const ask = (...words: string[]): string =>
    run('devenv', ['completion', 'powershell', '--', ...words]).stdout.replaceAll(/\t.*/g, '');
  expect(ask('logs', ':')).toBe('db\ndash\n');
  expect(ask('logs', ':da')).toBe('dash\n');
  expect(ask(':sho')).toBe('show\n');
  expect(ask()).toContain('up\n');
});

describe.each(['zsh', 'fish'] as const)('completion in %s', (shell) => {
  beforeAll(() => installOnHost([[shell, shell]]), 300_000);

  it('has a script that the shell can read', () => {
    const path = join(folder, `devenv.${shell}`);
    writeFileSync(path, renderCompletion(shell));
    const { status, stderr } = run(shell, ['-n', path]);
    expect([status, stderr]).toEqual([0, '']);
  });
});

it('completes commands, flags and values in fish', async () => {
  await installOnHost([['fish', 'fish']]);
  const path = join(folder, 'devenv.fish');
  writeFileSync(path, renderCompletion('fish'));
  const ask = (line: string): string[] => {
    const { stdout } = run('fish', ['--no-config', '-c', `source ${path}; complete -C '${line}'`]);
    return stdout
      .split('\n')
      .map((row) => row.split('\t')[0] ?? '')
      .filter(Boolean);
  };
  expect(ask('devenv sho').toSorted()).toEqual(['show']);
  expect(ask('devenv config s')).toEqual(['schema']);
  expect(ask('devenv commit --pin e')).toEqual(['exact']);
  expect(ask('devenv logs da')).toEqual(['dash']);
});
