import { createConfig } from './create-config.ts';
import { asksHelp, findCommand, prepareArguments } from './find-command.ts';
import { interruption } from './interruption.ts';
import { reportError } from './report-error.ts';

/**
 * Runs one command line and resolves with the exit status. `root` is the
 * folder of devenv's own package.json.
 */
export async function main(argv: readonly string[], root: string): Promise<number> {
  /** What of the command line is devenv's, once that is known: `exec ls --json` is not. */
  let own = argv;
  interruption.listen();
  process.on('uncaughtException', (error) => void reportError(error, own).then((status) => process.exit(status)));
  try {
    const found = findCommand(argv);
    if (found.kind === 'help') return await help(found.words, root);
    const Command = await found.load();
    own = prepareArguments(Command, found.argv);
    if (asksHelp(own)) return await help(found.id.split(':'), root);
    // What colours there are come from several libraries; this is what all of them heed.
    if (own.includes('--no-color')) process.env['NO_COLOR'] = '1';
    Command.id = found.id;
    process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EPIPE' && Command.streams) interruption.receive('SIGPIPE');
    });
    await new Command([...own], createConfig(root)).execute();
    return interruption.exitStatus ?? Number(process.exitCode ?? 0);
  } catch (error) {
    return reportError(error, own);
  }
}

async function help(words: readonly string[], root: string): Promise<number> {
  const { showHelp } = await import('./show-help.ts');
  await showHelp(words, root);
  return 0;
}
