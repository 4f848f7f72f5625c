import type { Duplex } from 'node:stream';
import type { Cache } from '../ports/cache.ts';
import type { Capture } from '../ports/capture.ts';
import type { Changes } from '../ports/changes.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { Failpoints } from '../ports/failpoint.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Layers } from '../ports/layers.ts';
import type { Machine } from '../ports/machine.ts';
import type { Packages } from '../ports/packages.ts';
import type { Processes } from '../ports/processes.ts';
import type { Progress } from '../ports/progress.ts';
import type { ProjectLock } from '../ports/project-lock.ts';
import type { Prompt } from '../ports/prompt.ts';
import type { Registry } from '../ports/registry.ts';
import type { SnapshotData } from '../ports/snapshot-data.ts';

/** Everything of the world that a use case may touch. Adapters load when first asked for. */
export interface Context {
  /** Absolute path where the command was given, or the one named with --project. */
  readonly folder: string;
  /** Begins to connect, for who will want the engine in any case; `engine` tells what fails. */
  readonly expectEngine: () => void;
  /** Connects at the first call. Throws ENGINE_UNREACHABLE. */
  readonly engine: () => Promise<Engine>;
  readonly capture: Capture;
  readonly changes: () => Promise<Changes>;
  readonly layers: () => Promise<Layers>;
  readonly snapshotData: () => Promise<SnapshotData>;
  readonly files: HostFiles;
  readonly registry: () => Promise<Registry>;
  readonly packages: () => Promise<Packages>;
  readonly processes: Processes;
  readonly projectLock: () => Promise<ProjectLock>;
  readonly prompt: Prompt;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly failpoints: Failpoints;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** A file of certificate authorities that this machine trusts beyond the usual ones. */
  readonly caFile: string | undefined;
  readonly cache: Cache;
  readonly machine: Machine;
  /** A connection to a socket of this machine; errors come as its events. */
  readonly connect: (path: string) => Duplex;
  /** The environment of this process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The person wants to see what programs print. */
  readonly verbose: boolean;
  /** Name and mail of the person, for a version's author. */
  readonly author: (folder: string) => Promise<string>;
}
