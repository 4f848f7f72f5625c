import { createConnection } from 'node:net';
import { homedir } from 'node:os';
import type { Context } from '../ports/context.ts';
import { provideEngine } from '../machine/provide-engine.ts';
import { mendKilledCommit } from '../workspace/recovery/mend-killed-commit.ts';
import { connectEngine } from '../adapters/docker/connection/connect-engine.ts';
import { envFailpoints } from '../adapters/host/failpoint.ts';
import { FileCache } from '../adapters/host/file-cache.ts';
import { NodeHostFiles } from '../adapters/host/node-host-files.ts';
import { projectCommandFiles } from '../adapters/host/project-command-files.ts';
import { PersonGit } from '../adapters/host/person-git.ts';
import { TrustedPrograms } from '../adapters/host/trusted-programs.ts';
import { findCacheFolder } from '../adapters/host/xdg.ts';
import { observeThisMachine } from '../adapters/host/this-machine.ts';
import { TerminalProgress } from '../screen/terminal/terminal-progress.ts';
import { TerminalPrompt } from '../screen/terminal/terminal-prompt.ts';
import type { MachineNetwork } from '../model/network/machine-network.ts';
import type { Proxies } from '../model/network/proxies.ts';
import type { Engine } from '../ports/engine.ts';
import type { Mounts } from '../ports/machine.ts';
import type { Processes } from '../ports/processes.ts';
import type { ProjectLock } from '../ports/project-lock.ts';
import type { Worktrees } from '../ports/worktrees.ts';
import { once } from './once.ts';
import { wireRegistries } from './registries.ts';
import { wireStorage } from './storage.ts';

interface WireOptions {
  /** Absolute folder where the command was given. */
  readonly folder: string;
  /** Changes the words of a note. */
  readonly phrase?: (note: string) => string;
  readonly engine?: string;
  readonly json: boolean;
  readonly yes: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** A job of a CI service: no questions, and a log that it can fold. */
  readonly ci?: boolean;
  readonly color: boolean;
  readonly signal: AbortSignal;
  /** Changes with the program's code; absent if it runs from its source. */
  readonly build?: string | undefined;
}

export interface Ports extends Context {
  /** Ends connections and shows what is still to be shown. */
  close(): Promise<void>;
}

/** The composition root: the one place that knows use cases and adapters together. */
export function wire(options: WireOptions): Ports {
  const env = process.env;
  const { ci = false, json, verbose, quiet } = options;
  const groups = ci && env['GITHUB_ACTIONS'] === 'true';
  const progress = new TerminalProgress({ plain: ci || json || verbose, quiet, groups, phrase: options.phrase });
  const files = new NodeHostFiles();
  /** Loaded with the first program that is run: execa takes 7 ms. */
  const processes: Processes = {
    run: async (...asked) => {
      const { NodeProcesses } = await import('../adapters/host/node-processes.ts');
      return new NodeProcesses().run(...asked);
    },
  };
  const programs = new TrustedPrograms(processes, { folder: options.folder, path: env['PATH'] });
  const git = new PersonGit(programs, files);
  const machine = { ...observeThisMachine(), build: options.build };
  let connected: Promise<Engine> | undefined;
  const network = once(async (): Promise<MachineNetwork> => {
    const { readNetwork } = await import('../machine/network/read-network.ts');
    return readNetwork({ files, machine, variables: env, engine: reachEngine });
  });
  const proxies = async (): Promise<Proxies> => (await network()).proxies;
  const connect = (): Promise<Engine> =>
    connectEngine(
      {
        ...(options.engine !== undefined && { flag: options.engine }),
        env,
        home: homedir(),
        programs,
        note: (line) => progress.note(line),
        proxies,
      },
      options.signal,
    );
  const reachEngine = (): Promise<Engine> => {
    const attempt = (connected ??= connect());
    // One that failed is tried again: an engine may have been started meanwhile.
    attempt.catch(() => {
      if (connected === attempt) connected = undefined;
    });
    return attempt;
  };
  /** Whatever a command asks of the engine, it finds nothing there that a killed commit left. */
  const engine = async (): Promise<Engine> => {
    // Connecting and looking for remains overlap: each costs a command some milliseconds.
    const [found] = await Promise.all([reachEngine(), mend()]);
    return found;
  };
  const mend = once(() => mendKilledCommit({ files, machine, folder: options.folder, projectLock }));
  const storage = wireStorage({ engine, reachEngine, env, signal: options.signal });
  const { changes, capture, layers, snapshotData } = storage;
  const mounts = async (): Promise<Mounts> => (await import('../adapters/host/kernel-mounts.ts')).kernelMounts;
  const worktrees = once(async (): Promise<Worktrees> => {
    const { GitWorktrees } = await import('../adapters/host/git-worktrees.ts');
    return new GitWorktrees(programs, files);
  });
  const projectLock = once(async (): Promise<ProjectLock> => {
    const [{ FileProjectLock }, { withRecovery }] = await Promise.all([
      import('../adapters/host/file-project-lock.ts'),
      import('../workspace/recovery/with-recovery.ts'),
    ]);
    return withRecovery(new FileProjectLock({ progress, signal: options.signal }), {
      ...{
        files,
        worktrees,
        machine,
        mounts,
        engine: reachEngine,
        capture,
        snapshotData,
        progress,
        failpoints: envFailpoints,
      },
    });
  });
  const cache = new FileCache(undefined, { progress, signal: options.signal });
  const caFile = env['TEAMVM_CA_FILE'] || env['NODE_EXTRA_CA_CERTS'] || undefined;
  const context: Omit<Ports, 'provideEngine'> = {
    folder: options.folder,
    expectEngine: () => void reachEngine().catch(() => undefined),
    engine,
    capture,
    changes,
    layers,
    snapshotData,
    mounts,
    files,
    largeFiles: async () => (await import('../adapters/host/disk-files.ts')).diskFiles,
    programFiles: async () => (await import('../adapters/host/disk-program-files.ts')).diskProgramFiles,
    buildContexts: async () => {
      const { HostBuildContexts } = await import('../adapters/host/build-context/host-build-contexts.ts');
      return new HostBuildContexts(findCacheFolder());
    },
    buildSecrets: async (project, names) => {
      const { provideSecrets } = await import('../containers/secret-values/provide-secrets.ts');
      const values = await provideSecrets(ports, project);
      return Object.fromEntries(names.map((name) => [name, values.get(name) ?? '']));
    },
    processes: programs,
    programs,
    git,
    worktrees,
    commandFiles: projectCommandFiles,
    machine,
    cache,
    clock: Date,
    failpoints: envFailpoints,
    progress,
    prompt: new TerminalPrompt({ ...options, json: json || ci }),
    signal: options.signal,
    caFile: caFile === '' ? undefined : caFile,
    connect: (path) => createConnection(path),
    variables: env,
    network,
    verbose: options.verbose,
    ...wireRegistries({ files, processes: programs, env, cache, note: (line) => progress.note(line), proxies, engine }),
    projectLock,
    origin: async (folder) => {
      const { readOrigin } = await import('../adapters/host/origin/read-origin.ts');
      return readOrigin(git, files, folder);
    },
    author: async (folder) => {
      const { readIdentity } = await import('../adapters/host/read-identity.ts');
      return readIdentity(git, machine, folder);
    },
    close: async () => {
      await storage.close();
      (await connected?.catch(() => undefined))?.close();
      await progress.settle();
    },
  };
  const ports: Ports = { ...context, provideEngine: () => provideEngine(context) };
  return ports;
}
