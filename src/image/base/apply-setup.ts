import type { Code } from '../../errors/catalogue.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { HostOperation } from '../../model/host-system.ts';
import { maskValues } from '../../model/mask-values.ts';
import { asksForLogin } from '../../model/network/asks-for-login.ts';
import type { MachineNetwork } from '../../model/network/machine-network.ts';
import { listProxySecrets, listProxyVariables } from '../../model/network/proxies.ts';
import type { Processes } from '../../ports/processes.ts';
import type { Progress } from '../../ports/progress.ts';

interface SetupPorts {
  readonly processes: Processes;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
}

/** Runs one operation as root and returns one line about it. Throws `code` with the last lines of output, INTERRUPTED. */
export const applySetup = async (
  ports: SetupPorts,
  operation: HostOperation,
  options: {
    readonly sudo: boolean;
    /** The lines of earlier operations, for the error. */
    readonly done: readonly string[];
    /** Of the error if it fails. */
    readonly code: Code;
    readonly network: MachineNetwork;
  },
): Promise<string> => {
  const task = ports.progress.task(operation.title);
  const env = listProxyVariables(options.network.proxies);
  const kept = Object.keys(env);
  // By name: a value would stand in the list of processes.
  const sudo = ['sudo', '-n', ...(kept.length === 0 ? [] : [`--preserve-env=${kept.join(',')}`])];
  const mask = (text: string): string => maskValues(text, listProxySecrets(options.network.proxies));
  for (const command of operation.commands) {
    const argv = options.sudo ? [...sudo, ...command] : command;
    const result = await ports.processes
      .run(argv, {
        ...{ env, timeout: 15 * 60_000 },
        onLine: (line) => task.update(mask(line)),
        onStdoutLine: (line) => task.update(mask(line)),
        ...(operation.log !== undefined && { log: operation.log }),
        ...(ports.signal && { signal: ports.signal }),
      })
      .catch((error: unknown) => {
        task.fail();
        throw error;
      });
    if (result.exitCode === 0) continue;
    const words = mask(lastLines(result.stderr || result.stdout, 5));
    if (operation.optional === true) {
      task.done('not everything worked');
      return `${command[0]} failed and is not needed: ${mask(lastLines(result.stderr, 1))}`;
    }
    task.fail();
    const denied = asksForLogin([result.stderr, result.stdout]);
    throw new DevenvError(
      denied ? 'PROXY_DENIED' : options.code,
      `${argv.join(' ')} failed (${result.exitCode}):\n${words}`,
      {
        state: describeDone(options.done),
        ...(!denied && { hint: 'Correct the cause and run the same command again. It does not repeat what is done.' }),
      },
    );
  }
  task.done();
  return operation.done;
};

/** The state of the machine, for an error. */
export const describeDone = (done: readonly string[]): string =>
  done.length === 0 ? 'Nothing was changed on this machine.' : `Done so far: ${done.join(' ')}`;

export const lastLines = (text: string, count: number): string => text.trimEnd().split('\n').slice(-count).join('\n');
