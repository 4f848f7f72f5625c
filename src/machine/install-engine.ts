import { applySetup, describeDone, lastLines } from '../image/base/apply-setup.ts';
import { askPassword } from '../image/base/observe-rights.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { HostSystem } from '../model/host-system.ts';
import type { MachineNetwork } from '../model/network/machine-network.ts';
import { planEngineSetup } from './plan-engine-setup.ts';
import type { Progress } from '../ports/progress.ts';
import type { Prompt } from '../ports/prompt.ts';
import { observeDaemon } from './observe-daemon.ts';
import { observeHostSystem, observeSocket, type ObserveHostPorts } from './observe-host-system.ts';

interface InstallEnginePorts extends ObserveHostPorts {
  readonly progress: Progress;
  readonly prompt: Prompt;
  readonly signal: AbortSignal;
  readonly network: () => Promise<MachineNetwork>;
}

interface InstallEngineOptions {
  /** Whether an engine answers now. Never throws. */
  readonly answers: () => Promise<boolean>;
  /** Milliseconds to wait for the first answer; default 30,000. */
  readonly patience?: number;
}

/**
 * Installs and starts a container engine after a question, on Debian and Ubuntu,
 * as root or with sudo, and waits until it answers. Returns what was done, a
 * line each (already printed). Throws ENGINE_UNREACHABLE with what was done and
 * what to do by hand, or INTERRUPTED.
 */
export const installEngine = async (
  ports: InstallEnginePorts,
  options: InstallEngineOptions,
): Promise<readonly string[]> => {
  const system = await observeHostSystem(ports);
  const setup = planEngineSetup(system);
  if (setup.kind === 'wait') {
    await waitForEngine(ports, options, system, []);
    return [];
  }
  if (setup.kind === 'instructions') {
    throw new DevenvError('ENGINE_UNREACHABLE', setup.reason, { hint: setup.instructions });
  }
  if (!(await ports.prompt.confirm(setup.question, false))) {
    const reason = system.daemon === undefined ? 'is installed here' : 'runs here, although one is installed';
    throw new DevenvError('ENGINE_UNREACHABLE', `No container engine ${reason}.`, {
      state: describeDone([]),
      hint: setup.instructions,
    });
  }
  if (system.rights === 'sudo-password' && !(await askPassword(ports))) {
    throw new DevenvError('ENGINE_UNREACHABLE', 'sudo refused.', {
      state: describeDone([]),
      hint: setup.instructions,
    });
  }

  const done: string[] = [];
  const sudo = system.rights !== 'root';
  const network = await ports.network();
  for (const operation of setup.operations) {
    // The package may have started the engine. Access needs an existing socket.
    if (operation.kind === 'start' && !system.systemd && (await observeDaemon(ports.files)).running) continue;
    if (operation.kind === 'allow') await waitForSocket(ports, options);
    const line = await applySetup(ports, operation, { sudo, done, code: 'ENGINE_UNREACHABLE', network });
    ports.progress.note(line);
    done.push(line);
  }
  await waitForEngine(ports, options, system, done);
  return done;
};

const pause = 200;

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

const waitForSocket = async (
  { files }: InstallEnginePorts,
  { patience = 30_000 }: InstallEngineOptions,
): Promise<void> => {
  for (let waited = 0; waited < patience; waited += pause) {
    if ((await files.kindOf('/var/run/docker.sock')) !== undefined) return;
    await sleep(pause);
  }
};

const waitForEngine = async (
  ports: InstallEnginePorts,
  { answers, patience = 30_000 }: InstallEngineOptions,
  system: HostSystem,
  done: readonly string[],
): Promise<void> => {
  const task = ports.progress.task('Waiting for the engine');
  let reason = `It did not answer within ${patience / 1_000} s.`;
  const began = performance.now();
  for (let waited = 0; waited < patience; waited = performance.now() - began) {
    if (ports.signal.aborted) {
      task.fail();
      throw new DevenvError('INTERRUPTED', 'Interrupted while waiting for the engine.', { state: describeDone(done) });
    }
    if (await answers()) return task.done(`${(waited / 1_000).toFixed(1)} s`);
    if (system.rights !== 'root' && (await observeSocket(ports)) === 'forbidden') {
      task.fail();
      throw new DevenvError('ENGINE_UNREACHABLE', `The engine runs, but ${system.user} may not use it yet.`, {
        state: describeDone(done),
        hint: 'Log in again to join the group docker, then run the same command again.',
      });
    }
    task.update(`${Math.round(waited / 1_000)} s`);
    // dockerd writes its pid first: without that process after some seconds, it has failed.
    if (waited > 4_000 && !system.systemd && !(await observeDaemon(ports.files)).running) {
      reason = 'It exited.';
      break;
    }
    await sleep(pause);
  }
  task.fail();
  throw new DevenvError(
    'ENGINE_UNREACHABLE',
    `The engine was started but does not answer. ${reason}${await quoteLog(ports, system)}`,
    {
      state: describeDone(done),
      hint: system.systemd ? 'See `journalctl -u docker` for the reason.' : `See ${system.daemonLog} for the reason.`,
    },
  );
};

/** The end of the engine's log. */
const quoteLog = async ({ processes }: InstallEnginePorts, system: HostSystem): Promise<string> => {
  const { stdout } = system.systemd
    ? await processes.run(['journalctl', '-u', 'docker', '-n', '5', '--no-pager', '-o', 'cat'])
    : await processes.run(['tail', '-n', '5', system.daemonLog]);
  return stdout.trim() === '' ? '' : ` The end of its log:\n${lastLines(stdout, 5)}`;
};
