import type { Duplex } from 'node:stream';
import type { Environment } from '../model/environment.ts';
import type { MachineNetwork } from '../model/network/machine-network.ts';

import type { BuildContexts } from './build/build-contexts.ts';
import type { MeasuredCache } from './cache.ts';
import type { Capture } from './capture.ts';
import type { Changes } from './changes.ts';
import type { Clock } from './clock.ts';
import type { CommandFiles } from './command-files.ts';
import type { Engine } from './engine.ts';
import type { Failpoints } from './failpoint.ts';
import type { Git, Origin } from './git.ts';
import type { HostFiles } from './host-files.ts';
import type { LargeFiles, ProgramFiles } from './large-files.ts';
import type { Layers } from './layers.ts';
import type { Machine, Mounts } from './machine.ts';
import type { Downloads, FeatureArchives, Packages } from './packages.ts';
import type { Processes, Programs } from './processes.ts';
import type { Progress } from './progress.ts';
import type { ProjectLock } from './project-lock.ts';
import type { Prompt } from './prompt.ts';
import type { Registry } from './registry.ts';
import type { SnapshotData } from './snapshot-data.ts';
import type { Worktrees } from './worktrees.ts';

/** Everything of the world that a use case may touch. Adapters load when first asked for. */
export interface Context {
  /** Absolute path where the command was given, or the one named with --project. */
  readonly folder: string;
  /** Starts connecting in advance, for commands that always use the engine. `engine` reports a failure. */
  readonly expectEngine: () => void;
  /** Connects at the first call. Throws ENGINE_UNREACHABLE. */
  readonly engine: () => Promise<Engine>;
  /** The same, but offers to install and start an engine if there is none. */
  readonly provideEngine: () => Promise<Engine>;
  readonly capture: () => Promise<Capture>;
  readonly changes: () => Promise<Changes>;
  readonly layers: () => Promise<Layers>;
  readonly snapshotData: () => Promise<SnapshotData>;
  readonly mounts: () => Promise<Mounts>;
  readonly files: HostFiles;
  readonly largeFiles: () => Promise<LargeFiles>;
  readonly programFiles: () => Promise<ProgramFiles>;
  readonly buildContexts: () => Promise<BuildContexts>;
  /** Values of secrets of devenv.yaml, for a build. Errors and trust as for those of a workspace. */
  readonly buildSecrets: (
    project: { readonly folder: string; readonly environment: Environment },
    names: readonly string[],
  ) => Promise<Readonly<Record<string, string>>>;
  /** Read once. Throws USAGE, CONFIG_INVALID. */
  readonly network: () => Promise<MachineNetwork>;
  readonly registry: () => Promise<Registry>;
  readonly packages: () => Promise<Packages>;
  readonly downloads: () => Promise<Downloads>;
  readonly features: () => Promise<FeatureArchives>;
  readonly processes: Processes;
  readonly programs: Programs;
  readonly git: Git;
  readonly worktrees: () => Promise<Worktrees>;
  readonly commandFiles: CommandFiles;
  readonly projectLock: () => Promise<ProjectLock>;
  readonly prompt: Prompt;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly failpoints: Failpoints;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** A file of certificate authorities that this machine trusts beyond the usual ones. */
  readonly caFile: string | undefined;
  readonly cache: MeasuredCache;
  readonly machine: Machine;
  /** A connection to a socket of this machine; errors come as its events. */
  readonly connect: (path: string) => Duplex;
  /** The environment of this process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The person wants to see what programs print. */
  readonly verbose: boolean;
  /** What the repository of a folder says about itself, for a version's labels. */
  readonly origin: (folder: string) => Promise<Origin>;
  /** Name and mail of the person, for a version's author. */
  readonly author: (folder: string) => Promise<string>;
}
