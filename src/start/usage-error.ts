import { DevenvError } from '../errors/devenv-error.ts';
import { findNearest } from '../errors/find-nearest.ts';

/** An error of oclif's parser, recognised by its shape: oclif does not export the class. */
interface UsageFault extends Error {
  readonly parse: unknown;
  readonly flags?: readonly string[];
}

interface FlagNames {
  readonly flags?: object;
  readonly baseFlags?: object;
}

export function isUsageFault(error: unknown): error is UsageFault {
  return error instanceof Error && 'parse' in error && 'oclif' in error;
}

/** USAGE for an error of the parser, with the flag that was probably meant. */
export function usageError(fault: UsageFault, id: string, command: FlagNames): DevenvError {
  const name = `devenv ${id.replaceAll(':', ' ')}`;
  const [unknown] = fault.flags ?? [];
  const known = ['json', 'help', ...Object.keys(command.baseFlags ?? {}), ...Object.keys(command.flags ?? {})];
  const nearest = unknown?.startsWith('--') ? findNearest(unknown.slice(2).split('=')[0] ?? '', known) : undefined;
  const message = unknown === undefined ? sentence(fault.message) : `\`${name}\` has no flag ${unknown}.`;
  return new DevenvError('USAGE', message, {
    hint: nearest === undefined ? `See \`${name} --help\`.` : `Did you mean --${nearest}?`,
    cause: fault,
  });
}

function sentence(message: string): string {
  return message.replace(/\nSee more help with --help$/, '').trim();
}
