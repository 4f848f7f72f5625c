import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { needEngine } from './need-engine.ts';
import { renderTerminal } from './terminal-svg.ts';

/**
 * Takes the pictures of the documentation, or those that are named: types
 * commands into a terminal of tmux and draws what is on it as
 * docs/images/NAME.svg. DOCKER_HOST names the engine; the projects on it are
 * removed afterwards. Prints how long each command took.
 */
const root = resolve(import.meta.dirname, '..');
const columns = 100;
const prompt = '❯';

interface Picture {
  readonly files: Readonly<Record<string, string>>;
  /** Typed before, and not drawn. */
  readonly before?: readonly string[];
  readonly commands: readonly string[];
}

const node = {
  '.nvmrc': '22\n',
  'package.json': '{"name":"shop","version":"1.0.0","scripts":{"test":"node --test"}}\n',
  'package-lock.json':
    '{"name":"shop","version":"1.0.0","lockfileVersion":3,"packages":{"":{"name":"shop","version":"1.0.0"}}}\n',
  'shop.test.mjs': "import test from 'node:test';\n\ntest('adds up', (t) => t.assert.equal(1 + 1, 2));\n",
};

const pictures: Readonly<Record<string, Picture>> = {
  terminal: {
    files: { 'devenv.yaml': 'version: 1\nname: shop\nbase: {bootstrap: bookworm}\npackages: {apt: [ripgrep]}\n' },
    commands: [
      'cat devenv.yaml',
      'devenv up --yes',
      'devenv exec --root apt-get install -y jq 2>&1 | grep Setting',
      'devenv commit -m "Add jq" --yes',
      'devenv history',
    ],
  },
  init: { files: node, commands: ['ls -A', 'devenv init --yes'] },
  up: { files: node, before: ['devenv init --yes'], commands: ['devenv up --yes', 'devenv exec npm test'] },
  import: {
    files: {
      '.devcontainer/devcontainer.json': `{
  "name": "Shop",
  "dockerComposeFile": ["../compose.yaml", "compose.dev.yaml"],
  "service": "app",
  "workspaceFolder": "/srv/shop",
  "forwardPorts": [3000],
  "containerEnv": { "EDITOR": "vim" },
  "initializeCommand": "./check-keys.sh",
  "postCreateCommand": "npm ci", // once
  "customizations": { "vscode": { "extensions": ["dbaeumer.vscode-eslint"] } },
}
`,
      '.devcontainer/compose.dev.yaml': 'services:\n  app: {command: sleep infinity, volumes: [".:/srv/shop"]}\n',
      'compose.yaml': 'services:\n  app: {image: "node:22"}\n  db: {image: "postgres:16"}\n',
    },
    commands: ['devenv import .devcontainer/devcontainer.json --check'],
  },
};

needEngine();
const folder = mkdtempSync(join(tmpdir(), 'devenv-picture-'));
const socket = join(folder, 'tmux');
const project = join(folder, 'shop');

const tmux = (...args: string[]): string => execFileSync('tmux', ['-S', socket, ...args], { encoding: 'utf8', env });

const env = {
  ...{ PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: folder, LANG: 'C.UTF-8' },
  ...{ DOCKER_HOST: process.env['DOCKER_HOST'], COLORTERM: 'truecolor' },
  NODE_EXTRA_CA_CERTS: process.env['NODE_EXTRA_CA_CERTS'],
  ...{ PS1: `\\[\\e[1;32m\\]${prompt}\\[\\e[0m\\] `, BASH_SILENCE_DEPRECATION_WARNING: '1' },
  HISTFILE: '',
  ...{ GIT_AUTHOR_NAME: 'Kim Example', GIT_AUTHOR_EMAIL: 'kim@example.com' },
  ...{ GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Kim' },
  ...{ GIT_CONFIG_KEY_1: 'user.email', GIT_CONFIG_VALUE_1: 'kim@example.com' },
};

/** Waits until the shell shows its prompt and nothing behind it. */
async function waitForPrompt(): Promise<void> {
  const end = Date.now() + 600_000;
  while (tmux('capture-pane', '-p').trimEnd().split('\n').at(-1)?.trim() !== prompt) {
    if (Date.now() > end) throw new Error(`a command takes too long:\n${tmux('capture-pane', '-p')}`);
    await sleep(200);
  }
}

async function type(command: string): Promise<void> {
  const begun = Date.now();
  tmux('send-keys', '-l', command);
  tmux('send-keys', 'Enter');
  await sleep(300);
  await waitForPrompt();
  console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${command}`);
}

async function take(name: string, { files, before = [], commands }: Picture): Promise<void> {
  mkdirSync(project);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, path)), { recursive: true });
    writeFileSync(join(project, path), text);
  }
  try {
    tmux('new-session', '-d', '-x', String(columns), '-y', '60', '-c', project, 'bash', '--norc', '--noprofile');
    await waitForPrompt();
    for (const command of before) await type(command);
    tmux('send-keys', '-R', 'C-l');
    tmux('clear-history');
    await sleep(300);
    for (const command of commands) await type(command);
    const lines = tmux('capture-pane', '-p', '-e', '-S', '-').trimEnd().split('\n').slice(0, -1);
    const file = join(root, `docs/images/${name}.svg`);
    writeFileSync(file, renderTerminal(lines, columns));
    console.log(`${file}: ${String(lines.length)} lines`);
  } finally {
    tmux('kill-server');
    if (existsSync(join(project, 'devenv-lock.yaml')))
      execFileSync('devenv', ['destroy', '--yes', '--discard', '--volumes', '--no-snapshot'], { cwd: project, env });
    rmSync(project, { recursive: true, force: true, maxRetries: 5 });
  }
}

try {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(join(root, 'bin/devenv.js'), join(folder, 'bin/devenv'));
  const wanted = process.argv.slice(2);
  for (const name of wanted.length === 0 ? Object.keys(pictures) : wanted) {
    const picture = pictures[name];
    if (picture === undefined) throw new Error(`no picture ${name}; there are ${Object.keys(pictures).join(', ')}`);
    await take(name, picture);
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
