import type { Command } from '@oclif/core/command';
import { commands } from 'devenv:commands';
import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';
import { BaseCommand, type CommandClass } from './base-command.ts';
import { commandHabits } from './habits.ts';
import { ownWords, splitArguments } from './split-arguments.ts';

type Found =
  | { readonly kind: 'help'; readonly words: readonly string[] }
  | {
      readonly kind: 'command';
      readonly id: string;
      readonly load: () => Promise<CommandClass>;
      /** The words for the command to parse. */
      readonly argv: readonly string[];
    };

/** Flags with a value that are also allowed before the command: `devenv -C ../shop up`. */
const leading = new Set(['--project', '-C', '--engine']);

const isTopic = (word: string): boolean => Object.keys(commands).some((id) => id.startsWith(`${word}:`));

/** Finds the command of a command line. Throws USAGE with the command that was probably meant. */
export function findCommand(argv: readonly string[]): Found {
  const { flags, rest } = splitArguments(argv, leading);
  const [first, second] = rest;
  if (first === undefined) refuseUnknownFlags(flags);
  if (first === undefined || first === 'help') return { kind: 'help', words: findHelp(rest.slice(1)) };
  for (const length of [2, 1]) {
    const id = rest.slice(0, length).join(':');
    const load = Object.hasOwn(commands, id) ? commands[id] : undefined;
    if (load === undefined || id.split(':').length !== length) continue;
    return {
      kind: 'command',
      id,
      load: async () => (await load()).default,
      argv: [...flags, ...rest.slice(length)],
    };
  }
  const asks = second === undefined || second === '--help' || second === '-h';
  if (asks && isTopic(first)) return { kind: 'help', words: [first] };
  throw unknownCommand(rest);
}

/** The words after `help`: a command or a topic, or nothing. */
function findHelp(words: readonly string[]): readonly string[] {
  const named = words.filter((word) => !word.startsWith('-'));
  const [first = ''] = named;
  if (named.length === 0 || Object.hasOwn(commands, named.join(':')) || (named.length === 1 && isTopic(first)))
    return named;
  throw unknownCommand(named);
}

/** Without a command, `devenv --nosuch` is an error, and `devenv --help` prints the help. */
function refuseUnknownFlags(flags: readonly string[]): void {
  const known = Object.entries<Command.Flag.Any>(BaseCommand.baseFlags);
  const names = [
    '--help',
    '-h',
    '--version',
    '--json',
    ...known.flatMap(([name, { char }]) => [`--${name}`, `-${char ?? name}`]),
  ];
  const unknown = flags.find(
    (flag, index) =>
      flag.startsWith('-') && !leading.has(flags[index - 1] ?? '') && !names.includes(flag.split('=')[0] ?? ''),
  );
  if (unknown === undefined) return;
  const nearest = findNearest(unknown, names);
  throw new DevenvError('USAGE', `There is no flag ${unknown}.`, {
    hint: nearest === undefined ? 'See `devenv help`.' : `Did you mean ${nearest}?`,
  });
}

/** The arguments of a command, with `--` before those of another program. */
export function prepareArguments(command: CommandClass, argv: readonly string[]): string[] {
  if (!command.passThrough) return [...argv];
  const defined = Object.entries<Command.Flag.Any>({ ...command.baseFlags, ...command.flags });
  const valued = defined.flatMap(([name, flag]) => {
    if (flag.type !== 'option') return [];
    return flag.char === undefined ? [`--${name}`] : [`--${name}`, `-${flag.char}`];
  });
  const { flags, rest } = splitArguments(argv, new Set(valued));
  return rest.length === 0 ? [...flags] : [...flags, '--', ...rest];
}

/** True if devenv's own part of the command line has --help or -h. */
export function asksHelp(argv: readonly string[]): boolean {
  return ownWords(argv).some((word) => word === '--help' || word === '-h');
}

function unknownCommand([first = '', second, ...more]: readonly string[]): DevenvError {
  const written = second !== undefined && isTopic(first) ? `${first} ${second}` : first;
  return new DevenvError('USAGE', `There is no command \`devenv ${written}\`.`, {
    hint: answer(first, [...(second === undefined ? [] : [second]), ...more], written),
  });
}

function answer(first: string, rest: readonly string[], written: string): string {
  const habit = Object.hasOwn(commandHabits, first) ? commandHabits[first] : undefined;
  if (habit !== undefined) return `Use \`devenv ${habit.endsWith(' ') ? [habit.trim(), ...rest].join(' ') : habit}\`.`;
  const names = Object.keys(commands).map((id) => id.replaceAll(':', ' '));
  const nearest = findNearest(written, [...names, ...names.map((name) => name.split(' ')[0] ?? '')]);
  return nearest === undefined ? 'See `devenv help`.' : `Did you mean \`devenv ${nearest}\`?`;
}
