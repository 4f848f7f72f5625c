import type { Command } from '@oclif/core/command';
import { boolean } from '@oclif/core/flags';
import { CommandHelp } from '@oclif/core/help';
import { commands } from 'devenv:commands';
import { findWidth } from '../screen/terminal/find-width.ts';
import type { CommandClass } from './base-command.ts';
import { createConfig, type RunningProgram } from './create-config.ts';

/** Every command, in the order in which people meet them. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  Start: ['init', 'up', 'down', 'restart', 'destroy', 'import', 'export', 'trust', 'doctor'],
  'Daily work': [
    'shell',
    'exec',
    'run',
    'status',
    'drift',
    'commit',
    'reset',
    'logs',
    'ls',
    'fork',
    'ssh-config',
    'code',
  ],
  Versions: [
    'plan',
    'build',
    'history',
    'show',
    'diff',
    'blame',
    'sbom',
    'report',
    'rollback',
    'verify',
    'push',
    'pull',
    'resolve',
    'rebase',
  ],
  Data: [
    ...['snapshot create', 'snapshot list', 'snapshot restore', 'snapshot push', 'snapshot rm', 'snapshot prune'],
    ...['bundle export', 'bundle import', 'bundle show', 'df', 'prune'],
  ],
  'This program': ['config schema', 'completion', 'self update'],
};

const head = `Keeps the working environment of a team as a versioned container image.

Usage: devenv [-C FOLDER] COMMAND …`;

/** Prints the help for the program, a topic or a command, for the width of the terminal. */
export async function showHelp(words: readonly string[], program: RunningProgram): Promise<void> {
  const width = Math.max(40, findWidth() ?? 80);
  process.stdout.write(`${await renderHelp(words, program, width)}\n`);
}

async function renderHelp(words: readonly string[], program: RunningProgram, width: number): Promise<string> {
  const load = Object.hasOwn(commands, words.join(':')) ? commands[words.join(':')] : undefined;
  if (load !== undefined) {
    const command = describe(words.join(':'), (await load()).default);
    const options = { maxWidth: Math.min(width, 120), flagSortOrder: 'none' as const };
    return new CommandHelp(command, createConfig(program), options)
      .generate()
      .split('\n\n')
      .map(alignFirst)
      .join('\n\n');
  }
  const inTopic = (name: string): boolean => words.length === 0 || name.startsWith(`${words.join(' ')} `);
  const chosen = Object.entries(groups)
    .map(([title, names]) => [title, names.filter(inTopic)] as const)
    .filter(([, names]) => names.length > 0);
  const longest = Math.max(...chosen.flatMap(([, names]) => names.map(({ length }) => length)));
  const sections = await Promise.all(
    chosen.map(async ([title, names]) => [
      title,
      ...(await Promise.all(names.map((name) => renderLine(name, longest, width)))),
    ]),
  );
  return [
    ...(words.length === 0 ? [head] : []),
    ...sections.map((lines) => lines.join('\n')),
    'Details and examples: devenv COMMAND --help',
  ].join('\n\n');
}

/** oclif cuts the indentation of the first flag of a section, of which others have a short form. */
const alignFirst = (section: string): string =>
  /\n {2}-\w, /.test(section) ? section.replace(/^(.*FLAGS.*\n) {2}--/, '$1      --') : section;

/** `  up  Create and start the workspace.`, with further lines below the summary. */
async function renderLine(name: string, longest: number, width: number): Promise<string> {
  const summary = (await commands[name.replace(' ', ':')]?.())?.default.summary ?? '';
  const lines: string[] = [];
  for (const word of summary.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && longest + 4 + last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return `  ${name.padEnd(longest)}  ${lines.join(`\n${' '.repeat(longest + 4)}`)}`;
}

function describe(id: string, command: CommandClass): Command.Loadable {
  command.id = id;
  const json = boolean({ description: 'Print one JSON document on stdout.', helpGroup: 'GLOBAL' });
  const flags: Record<string, Command.Flag.Any> = {
    ...command.flags,
    ...command.baseFlags,
    ...(command.enableJsonFlag && { json }),
  };
  for (const [name, flag] of Object.entries(flags)) {
    // A computed or empty default is not printed.
    const hidden = typeof flag.default === 'function' || (Array.isArray(flag.default) && flag.default.length === 0);
    // The line of usage has no form for a flag that goes with another one, or not with several.
    const several = (flag.exclusive?.length ?? 0) > 1;
    const alone = { ...(flag.dependsOn !== undefined && { dependsOn: [] }), ...(several && { exclusive: [] }) };
    flags[name] = { ...flag, ...alone, name, ...(hidden && { default: undefined }) };
  }
  for (const [name, arg] of Object.entries<Command.Arg.Any>(command.args)) arg.name = name;
  // The id as people type it: `snapshot restore`.
  const typed = id.replaceAll(':', ' ');
  return Object.assign(Object.create(command) as Command.Loadable, { id: typed, flags, load: async () => command });
}
