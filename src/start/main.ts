import { createConfig, type RunningProgram } from './create-config.ts';
import type { CommandClass } from './base-command.ts';
import { asksHelp, findCommand, prepareArguments } from './find-command.ts';
import { interruption } from './interruption.ts';
import { explainThrown } from './explain-thrown.ts';
import { errorDocument, renderError } from '../screen/render/render-error.ts';
import { stringifyJson } from '../screen/stringify-json.ts';
import { ownWords } from './split-arguments.ts';

/** Runs one command line and resolves with the exit status. */
export async function main(argv: readonly string[], program: RunningProgram): Promise<number> {
  /** devenv's own part of the command line: not `--json` in `exec ls --json`. */
  let own = argv;
  interruption.listen();
  process.on('uncaughtException', (error) => void reportError(error, own).then((status) => process.exit(status)));
  try {
    const found = findCommand(argv);
    if (found.kind === 'help') return await help(found.words, program);
    const Command = await found.load();
    own = prepareArguments(Command, found.argv);
    if (asksHelp(own)) return await help(found.id.split(':'), program);
    // All libraries that print colours read this variable.
    if (own.includes('--no-color')) process.env['NO_COLOR'] = '1';
    Command.id = found.id;
    process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' && Command.streams) interruption.receive('SIGPIPE');
    });
    await new Command([...own], createConfig(program)).execute();
    if (mayNotice(Command, own)) (await import('./notice-update.ts')).noticeUpdate(program);
    return interruption.exitStatus ?? Number(process.exitCode ?? 0);
  } catch (error) {
    return reportError(error, own);
  }
}

/** True if somebody reads stderr, and nothing but devenv writes there. */
function mayNotice({ id, passThrough, streams }: CommandClass, own: readonly string[]): boolean {
  if (passThrough || streams || id === 'self:update' || interruption.received !== undefined) return false;
  if (['--json', '--quiet', '-q', '--ci'].some((flag) => own.includes(flag))) return false;
  return !process.env['CI'] && process.stderr.isTTY === true;
}

async function help(words: readonly string[], program: RunningProgram): Promise<number> {
  const { showHelp } = await import('./show-help.ts');
  await showHelp(words, program);
  return 0;
}

/** Prints an error for people on stderr, or for programs on stdout. Returns the exit status. */
async function reportError(thrown: unknown, argv: readonly string[]): Promise<number> {
  const error = explainThrown(thrown, interruption.received !== undefined);
  const exitCode = interruption.exitStatus ?? error.exitCode;
  // stdout is closed: print nothing.
  if (interruption.received === 'SIGPIPE') return exitCode;
  const own = ownWords(argv);
  const verbose = own.includes('--verbose');
  if (own.includes('--json')) process.stdout.write(stringifyJson(errorDocument(error, { verbose, exitCode })));
  else process.stderr.write(renderError(error, { verbose, red: await findRed(own) }));
  return exitCode;
}

async function findRed(own: readonly string[]): Promise<(text: string) => string> {
  if (own.includes('--no-color') || process.stderr.isTTY !== true) return (text) => text;
  const { chalkStderr } = await import('chalk');
  return chalkStderr.red;
}
