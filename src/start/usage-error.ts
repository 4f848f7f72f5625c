import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';
import { argumentHabits, flagHabits } from './habits.ts';

/** An error of oclif's parser. oclif does not export the classes. */
interface ParserError extends Error {
  /** Unknown flags, as written. */
  readonly flags?: readonly string[];
  /** Missing arguments, or words too many. */
  readonly args?: readonly (string | MissingArgument)[];
}

interface MissingArgument {
  readonly name: string;
  readonly description?: string;
  readonly options?: readonly string[];
}

interface FlagNames {
  readonly flags?: object;
  readonly baseFlags?: object;
}

/** USAGE for an error of the parser, with the flag that was probably meant. */
export function translateUsage(error: Error, id: string, command: FlagNames): DevenvError {
  if (error instanceof DevenvError) {
    // oclif changes the message of an error that a flag's own parser throws.
    error.message = error.message.replace(/^Parsing --\S+ \n\t([^]*)\nSee more help with --help$/, '$1');
    return error;
  }
  const name = `devenv ${id.replaceAll(':', ' ')}`;
  const { message, hint } = explain(error, name, id, command);
  return new DevenvError('USAGE', message, { hint: hint ?? `See \`${name} --help\`.`, cause: error });
}

function explain(
  error: ParserError,
  name: string,
  id: string,
  command: FlagNames,
): { readonly message: string; readonly hint?: string | undefined } {
  const [flag] = error.flags ?? [];
  if (flag !== undefined) return { message: `\`${name}\` has no flag ${flag}.`, hint: answerFlag(flag, id, command) };
  const [argument] = error.args ?? [];
  if (typeof argument === 'string')
    return { message: `\`${name}\` does not take the argument "${argument}".`, hint: argumentHabits[id]?.(argument) };
  if (argument !== undefined) {
    const { name: missing, description = '', options } = argument;
    const what = description.replace(/^./, (first) => first.toLowerCase());
    return {
      message: `\`${name}\` needs the argument ${missing.toUpperCase()}: ${options === undefined ? what : `${options.join(', ')}.`}`,
    };
  }
  return explainChoice(error.message) ?? { message: simplify(error.message) };
}

/** For an argument that is none of its choices. */
function explainChoice(message: string): { readonly message: string; readonly hint?: string | undefined } | undefined {
  const [, written, choices = ''] = /^Expected (.*) to be one of: (.*)$/m.exec(message) ?? [];
  if (written === undefined) return undefined;
  const nearest = findNearest(written, choices.split(', '));
  return {
    message: `"${written}" is not one of ${choices}.`,
    hint: nearest === undefined ? undefined : `Did you mean ${nearest}?`,
  };
}

function answerFlag(flag: string, id: string, command: FlagNames): string | undefined {
  const habit = flagHabits[id]?.[flag];
  if (habit !== undefined || !flag.startsWith('--')) return habit;
  const known = ['json', 'help', ...Object.keys(command.baseFlags ?? {}), ...Object.keys(command.flags ?? {})];
  const nearest = findNearest(flag.slice(2).split('=')[0] ?? '', known);
  return nearest === undefined ? undefined : `Did you mean --${nearest}?`;
}

/** oclif's message in one sentence. */
function simplify(message: string): string {
  const text = message
    .replace(/\nSee more help with --help$/, '')
    .replace(/^The following errors? occurred:\s*/, '')
    .replace(/^Parsing --(\S+) \n\t/, '--$1: ')
    .replace(/^Flag (--\S+) expects a value$/, '$1 needs a value')
    .replace(/^Missing required flag (\S+)$/, '--$1 is required')
    .replace(/^Expected an integer but received: (.*)$/, '"$1" is not a whole number')
    .replace(/^Flag (--\S+) expects one of these values: (.*)$/, '$1 needs one of these values: $2')
    .replace(/^All of the following must be provided when using (--[\w-]+): (.*)$/m, '$1 needs $2')
    .replace(/^(--[\w-]+)=\S+ cannot also be provided when using (--[\w-]+)$/m, '$1 cannot be used with $2')
    .trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
