import { DevenvError } from '../../errors/devenv-error.ts';
import { sanitize } from '../sanitize.ts';

interface ErrorView {
  readonly verbose: boolean;
  /** Colours a word; the identity function for plain output. */
  readonly red: (text: string) => string;
}

interface DocumentView {
  readonly verbose: boolean;
  /** Exit status of the process. */
  readonly exitCode: number;
}

/** Any thrown value as a DevenvError: INTERNAL unless devenv threw it on purpose. */
export function asDevenvError(thrown: unknown): DevenvError {
  if (thrown instanceof DevenvError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new DevenvError('INTERNAL', message === '' ? 'An operation failed without a message.' : message, {
    cause: thrown,
  });
}

/** For people: what failed, the state of their work, what to do next. Ends with a line feed. */
export function renderError(error: DevenvError, { verbose, red }: ErrorView): string {
  const lines = [`${red('error:')} ${error.at === undefined ? '' : `${error.at}: `}${error.message}`];
  if (error.state !== undefined) lines.push(error.state);
  lines.push(...error.suggestions);
  if (verbose) lines.push('', `${error.code}, exit status ${error.exitCode}`, ...stacks(error));
  return `${lines.map(sanitize).join('\n')}\n`;
}

/** For programs: the document that `--json` prints instead of a result. */
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
