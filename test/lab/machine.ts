import { chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitForEnd } from './daemon.ts';
import { startEngine } from './engine-daemon.ts';
import { dockerOf, socketOf } from './machine-paths.ts';
import { limitLine, readLine } from './network.ts';
import { isRunning, signal, type ProcessId } from './process-table.ts';
import { ordinaryUser } from './rootless.ts';
import { run, tryRun, type RunOptions, type RunResult } from './run.ts';
import type { MachineKind, MachineState } from './state.ts';

/** One machine of the lab: an engine in a network namespace of its own. */
export interface Machine {
  readonly name: string;
  readonly kind: MachineKind;
  /** `unix:///…/engine.sock` */
  readonly address: string;
  /** Its address on the lab's network; published ports are reachable there. */
  readonly ip: string;
  /** A home folder of its own, with `.docker/config.json` after a login. */
  readonly home: string;
  /** The machine's user, if not root. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  /** Makes a program work as if on this machine: DOCKER_HOST, DOCKER_CONFIG, HOME. */
  readonly env: Readonly<Record<string, string>>;
  /** The docker program of this engine's version. */
  readonly docker: string;
  readonly log: string;
  /** Runs the docker CLI on this machine. Does not throw if it fails. */
  readonly tryCli: (args: readonly string[], options?: RunOptions) => Promise<RunResult>;
  /** As tryCli, but throws if it fails. Returns its stdout, trimmed. */
  readonly cli: (args: readonly string[], options?: RunOptions) => Promise<string>;
  /** Runs any program in this machine's network. */
  readonly run: (argv: readonly [string, ...string[]], options?: RunOptions) => Promise<RunResult>;
  readonly running: () => boolean;
  readonly start: () => Promise<void>;
  /** Ends the engine as an administrator would. */
  readonly stop: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Ends the engine as a crash would: its containers may go on running. */
  readonly kill: () => Promise<void>;
  /** Slows the line, both directions, to `100mbit`; without a rate: full speed. */
  readonly limit: (rate?: string) => Promise<void>;
  /** Bytes transferred so far. */
  readonly traffic: () => { readonly received: number; readonly sent: number };
}

/** A machine, started by this process or another one. */
export function openMachine(machine: MachineState): Machine {
  const home = join(machine.folder, 'home');
  mkdirSync(join(home, '.docker'), { recursive: true });
  const owner = machine.kind === 'podman-rootless' ? ordinaryUser : undefined;
  if (owner !== undefined) for (const path of [home, join(home, '.docker')]) chownSync(path, owner.uid, owner.gid);
  const address = `unix://${socketOf(machine)}`;
  // Root reads the storage of other machines directly; here devenv uses a container, as for other users.
  const helper = machine.kind === 'docker-20' ? { TEAMVM_HELPER: 'container' } : {};
  const env = { DOCKER_HOST: address, DOCKER_CONFIG: join(home, '.docker'), HOME: home, ...helper };
  const docker = dockerOf(machine);
  const start = async (): Promise<void> => void (await startEngine(machine));
  const end = async (name: NodeJS.Signals): Promise<void> => {
    const id = readEngine(machine);
    if (!id) return;
    signal(id, name);
    if (await waitForEnd(id, 30_000)) return;
    signal(id, 'SIGKILL');
    await waitForEnd(id, 5_000);
  };
  return {
    name: machine.name,
    kind: machine.kind,
    ip: machine.ip,
    log: join(machine.folder, 'engine.log'),
    address,
    home,
    ...(owner && { owner }),
    env,
    docker,
    tryCli: (args, options) => tryRun(docker, args, { ...options, env: { ...env, ...options?.env } }),
    cli: async (args, options) => (await run(docker, args, { ...options, env: { ...env, ...options?.env } })).trim(),
    run: (argv, options) => tryRun('nsenter', [`--net=/run/netns/${machine.namespace}`, ...argv], options),
    running: () => readEngine(machine) !== undefined,
    start,
    stop: () => end('SIGTERM'),
    restart: async () => {
      await end('SIGTERM');
      await start();
    },
    kill: () => end('SIGKILL'),
    limit: (rate) => limitLine(machine, rate),
    traffic: () => readLine(machine),
  };
}

function readEngine(machine: MachineState): ProcessId | undefined {
  try {
    const id = JSON.parse(readFileSync(join(machine.folder, 'engine.json'), 'utf8')) as ProcessId;
    return isRunning(id) ? id : undefined;
  } catch {
    return undefined;
  }
}
