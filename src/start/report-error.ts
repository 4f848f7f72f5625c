import { DevenvError } from '../errors/devenv-error.ts';
import { asDevenvError, errorDocument, renderError } from '../screen/render/render-error.ts';
import { stringifyJson } from '../screen/stringify-json.ts';
import { interruption } from './interruption.ts';

/** Shows what a command threw, to people on stderr or to programs on stdout, and returns the exit status. */
export async function reportError(thrown: unknown, argv: readonly string[]): Promise<number> {
  const error = explain(thrown);
  const exitCode = interruption.exitStatus ?? error.exitCode;
  // Who reads no more wants no message either.
  if (interruption.received === 'SIGPIPE') return exitCode;
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const verbose = own.includes('--verbose');
  if (own.includes('--json')) process.stdout.write(stringifyJson(errorDocument(error, { verbose, exitCode })));
  else process.stderr.write(renderError(error, { verbose, red: await findRed(own) }));
  return exitCode;
}

/** What breaks off because of a signal is no fault of ours, whatever it calls itself. */
function explain(thrown: unknown): DevenvError {
  if (interruption.received === undefined || thrown instanceof DevenvError) return asDevenvError(thrown);
  return new DevenvError('INTERRUPTED', 'Interrupted.', { cause: thrown });
}

async function findRed(own: readonly string[]): Promise<(text: string) => string> {
  if (own.includes('--no-color') || process.stderr.isTTY !== true) return (text) => text;
  const { chalkStderr } = await import('chalk');
  return chalkStderr.red;
}
