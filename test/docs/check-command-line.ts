import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@oclif/core';
import type { Program } from '../../scripts/docs/load-program.ts';
import { root } from './read-pages.ts';
import { splitShellLine } from './split-shell-line.ts';

/** Programs that examples call besides devenv, by what has to be true of their arguments. */
const others: Readonly<Record<string, (words: readonly string[]) => boolean>> = {
  cd: (words) => words.length === 1,
  docker: ([command]) => ['login', 'compose', 'build', 'load'].includes(command ?? ''),
  ssh: () => true,
  scp: (words) => words.length === 2,
  rsync: () => true,
  kubectl: ([command]) => command === 'apply' || command === 'exec',
  podman: ([command]) => command === 'kube' || command === 'load',
  skopeo: ([command]) => command === 'inspect',
  git: ([command = '']) =>
    ['add', 'clone', 'commit', 'config', 'merge', 'pull', 'switch', 'worktree'].includes(command),
  npm: ([command, script = '']) =>
    command === 'ci' || command === 'test' || (command === 'run' && Object.hasOwn(scripts(), script)),
  npx: ([program = '', ...words]) =>
    existsSync(join(root, 'node_modules/.bin', program)) &&
    words.filter((word) => word.endsWith('.ts')).every((file) => existsSync(join(root, file))),
  eval: () => true,
};

const scripts = (): object =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts;

/** Throws unless every command of a shell line exists and takes the arguments in it. */
export async function checkCommandLine(program: Program, line: string): Promise<void> {
  for (const { words } of splitShellLine(line)) {
    const [name = '', ...argv] = words;
    if (name === 'devenv' || name === 'bin/devenv.js') await parse(program, argv);
    else if (others[name]?.(argv) !== true) throw new Error(`unknown command: ${words.join(' ')}`);
  }
}

/** Parses the arguments of devenv as the program does. */
async function parse(program: Program, argv: readonly string[]): Promise<void> {
  const found = program.findCommand(argv);
  if (found.kind === 'help') return;
  const command = await found.load();
  const own = program.prepareArguments(command, found.argv);
  const end = own.indexOf('--');
  // What follows belongs to another program, save its name.
  const words = command.passThrough && end !== -1 ? own.slice(0, end + 2) : own;
  const json = { json: { type: 'boolean', name: 'json', allowNo: false } };
  await Parser.parse(words, {
    args: command.args,
    flags: { ...command.baseFlags, ...command.flags, ...(command.enableJsonFlag && json) } as never,
    strict: command.strict,
  });
}

/** As checkCommandLine, for text that may also name a command without its arguments: `devenv rollback`. */
export async function checkMention(program: Program, line: string): Promise<void> {
  const [{ words } = { words: [] }, ...more] = splitShellLine(line);
  const named = more.length === 0 && Object.hasOwn(program.commands, words.slice(1).join(':'));
  if (!named) await checkCommandLine(program, line);
}
