import { asDevenvError, errorDocument, renderError } from '../ui/render-error.ts';
import { stringifyJson } from '../ui/stringify-json.ts';
import { interruption } from './interruption.ts';

/** Shows what a command threw, to people on stderr or to programs on stdout, and returns the exit status. */
export async function reportError(thrown: unknown, argv: readonly string[]): Promise<number> {
  // A reader that went away (`devenv history | head -1`) has got what it wanted.
  if (isClosedPipe(thrown)) return 0;
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const verbose = own.includes('--verbose');
  const error = asDevenvError(thrown);
  if (own.includes('--json')) process.stdout.write(stringifyJson(errorDocument(error, verbose)));
  else process.stderr.write(renderError(error, { verbose, red: await findRed(own) }));
  return interruption.exitStatus ?? error.exitCode;
}

function isClosedPipe(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPIPE' && 'syscall' in thrown;
}

async function findRed(own: readonly string[]): Promise<(text: string) => string> {
  if (own.includes('--no-color') || process.stderr.isTTY !== true) return (text) => text;
  const { chalkStderr } = await import('chalk');
  return chalkStderr.red;
}
