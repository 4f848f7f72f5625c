import type { Command } from '@oclif/core/command';
import { commands } from 'devenv:commands';
import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';
import type { CommandClass } from './base-command.ts';
import { splitArguments } from './split-arguments.ts';

export type Found =
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

/** Finds the command of a command line. Throws USAGE with the command that was probably meant. */
export function findCommand(argv: readonly string[]): Found {
  const { flags, rest } = splitArguments(argv, leading);
  const [first] = rest;
  if (first === undefined || first === 'help') return { kind: 'help', words: rest.slice(1) };
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
  const asks = rest[1] === undefined || rest[1] === '--help' || rest[1] === '-h';
  if (asks && Object.keys(commands).some((id) => id.startsWith(`${first}:`))) return { kind: 'help', words: [first] };
  throw unknownCommand(first, rest[1]);
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
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).some((word) => word === '--help' || word === '-h');
}

function unknownCommand(first: string, second: string | undefined): DevenvError {
  const names = Object.keys(commands).map((id) => id.replaceAll(':', ' '));
  const topic = second !== undefined && names.some((name) => name.startsWith(`${first} `));
  const written = topic ? `${first} ${second}` : first;
  const nearest = findNearest(written, [...names, ...names.map((name) => name.split(' ')[0] ?? '')]);
  return new DevenvError('USAGE', `There is no command \`devenv ${written}\`.`, {
    hint: nearest === undefined ? 'See `devenv help`.' : `Did you mean \`devenv ${nearest}\`?`,
  });
}
