import type { Code } from '../../errors/catalogue.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { HostOperation } from '../../model/host-system.ts';
import type { Processes } from '../../ports/processes.ts';
import type { Progress } from '../../ports/progress.ts';

export interface SetupPorts {
  readonly processes: Processes;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Runs one operation as root and says in one line what it did. Throws `code` with the program's last words, INTERRUPTED. */
export const applySetup = async (
  ports: SetupPorts,
  operation: HostOperation,
  options: {
    readonly sudo: boolean;
    /** What was done before, for the error. */
    readonly done: readonly string[];
    /** Of the error when it fails. */
    readonly code: Code;
  },
): Promise<string> => {
  const task = ports.progress.task(operation.title);
  for (const command of operation.commands) {
    const argv = options.sudo ? ['sudo', '-n', ...command] : command;
    const result = await ports.processes
      .run(argv, {
        timeout: 15 * 60_000,
        onLine: (line) => task.update(line),
        onStdoutLine: (line) => task.update(line),
        ...(operation.log !== undefined && { log: operation.log }),
        ...(ports.signal && { signal: ports.signal }),
      })
      .catch((error: unknown) => {
        task.fail();
        throw error;
      });
    if (result.exitCode === 0) continue;
    const words = lastLines(result.stderr || result.stdout, 5);
    if (operation.optional === true) {
      task.done('not everything worked');
      return `${command[0]} had trouble, going on: ${lastLines(result.stderr, 1)}`;
    }
    task.fail();
    throw new DevenvError(options.code, `${argv.join(' ')} failed (${result.exitCode}):\n${words}`, {
      state: describeDone(options.done),
      hint: 'Correct what it says and run the same command again; what was done is not done twice.',
    });
  }
  task.done();
  return operation.done;
};

/** The state of the machine after some operations, for an error. */
export const describeDone = (done: readonly string[]): string =>
  done.length === 0 ? 'Nothing was changed on this machine.' : `Done so far: ${done.join(' ')}`;

export const lastLines = (text: string, count: number): string => text.trimEnd().split('\n').slice(-count).join('\n');
