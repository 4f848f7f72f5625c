import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needEngine } from './need-engine.ts';
import { renderTerminal } from './terminal-svg.ts';

/**
 * Takes the picture of the README: types commands into a terminal of tmux and
 * draws what is on it as docs/images/terminal.svg. DOCKER_HOST names the
 * engine; the project on it is removed afterwards.
 */
const root = resolve(import.meta.dirname, '..');
const columns = 100;
const prompt = '❯';

const commands = [
  'cat devenv.yaml',
  'devenv up --yes',
  'devenv exec --root apt-get install -y jq 2>&1 | grep Setting',
  'devenv commit -m "Add jq" --yes',
  'devenv history',
];

const config = `version: 1
name: shop
base: {bootstrap: bookworm}
packages: {apt: [ripgrep]}
`;

needEngine();
const folder = mkdtempSync(join(tmpdir(), 'devenv-picture-'));
const socket = join(folder, 'tmux');
const project = join(folder, 'shop');

const tmux = (...args: string[]): string => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8', env });

const env = {
  ...{ PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder, LANG: 'C.UTF-8' },
  ...{ DOCKER_HOST: process.env['DOCKER_HOST'], COLORTERM: 'truecolor' },
  ...{ PS1: `\\[\\e[1;32m\\]${prompt}\\[\\e[0m\\] `, BASH_SILENCE_DEPRECATION_WARNING: '1' },
  ...{ GIT_AUTHOR_NAME: 'Kim Example', GIT_AUTHOR_EMAIL: 'kim@example.com' },
  ...{ GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Kim' },
  ...{ GIT_CONFIG_KEY_1: 'user.email', GIT_CONFIG_VALUE_1: 'kim@example.com' },
};

/** Waits until the shell shows its prompt and nothing behind it. */
async function waitForPrompt(): Promise<void> {
  const end = Date.now() + 300_000;
  while (tmux('capture-pane', '-p').trimEnd().split('\n').at(-1)?.trim() !== prompt) {
    if (Date.now() > end) throw new Error(`a command takes too long:\n${tmux('capture-pane', '-p')}`);
    await sleep(200);
  }
}

try {
  mkdirSync(join(folder, 'bin'));
  mkdirSync(project);
  symlinkSync(join(root, 'bin/devenv.js'), join(folder, 'bin/devenv'));
  writeFileSync(join(project, 'devenv.yaml'), config);
  tmux('new-session', '-d', '-x', String(columns), '-y', '60', '-c', project, 'bash', '--norc', '--noprofile');
  for (const command of commands) {
    await waitForPrompt();
    tmux('send-keys', '-l', command);
    tmux('send-keys', 'Enter');
    await sleep(300);
  }
  await waitForPrompt();
  const lines = tmux('capture-pane', '-p', '-e', '-S', '-').trimEnd().split('\n').slice(0, -1);
  const file = join(root, 'docs/images/terminal.svg');
  writeFileSync(file, renderTerminal(lines, columns));
  console.log(`${file}: ${String(lines.length)} lines`);
} finally {
  execFileSync('devenv', ['destroy', '--yes', '--discard', '--volumes', '--no-snapshot'], { cwd: project, env });
  tmux('kill-server');
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
