import { DevenvError } from '../../errors/devenv-error.ts';
import { sanitize } from '../sanitize.ts';

export interface ErrorView {
  readonly verbose: boolean;
  /** Colours a word; the identity where colours are not wanted. */
  readonly red: (text: string) => string;
}

export interface DocumentView {
  readonly verbose: boolean;
  /** What the process will exit with. */
  readonly exitCode: number;
}

/** The DevenvError that stands for anything thrown. What we did not throw on purpose is INTERNAL. */
export function asDevenvError(thrown: unknown): DevenvError {
  if (thrown instanceof DevenvError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DevenvError('INTERNAL', message === '' ? 'something failed without a message' : message, {
    cause: thrown,
  });
}

/** For people: what happened, what state their work is in, what to do next. Ends with a line feed. */
export function renderError(error: DevenvError, { verbose, red }: ErrorView): string {
  const lines = [`${red('error:')} ${error.at === undefined ? '' : `${error.at}: `}${error.message}`];
  if (error.state !== undefined) lines.push(error.state);
  lines.push(...error.suggestions);
  if (verbose) lines.push('', `${error.code}, exit status ${error.exitCode}`, ...stacks(error));
  return `${lines.map(sanitize).join('\n')}\n`;
}

/** For programs: the document that `--json` prints in place of a result. */
export function errorDocument(error: DevenvError, { verbose, exitCode }: DocumentView): object {
  return {
    error: {
      code: error.code,
      message: error.at === undefined ? error.message : `${error.at}: ${error.message}`,
      suggestions: error.suggestions,
      exitCode,
      ...(error.state !== undefined && { state: error.state }),
      ...(error.data !== undefined && { data: error.data }),
      ...(verbose && { stack: stacks(error) }),
    },
  };
}

function stacks(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const cause = error.cause === undefined ? [] : ['caused by:', ...stacks(error.cause)];
  return [error.stack ?? error.message, ...cause];
}
