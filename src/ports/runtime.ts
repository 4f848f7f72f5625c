import type { Container, ContainerDetails, ContainerSpec, RawChange } from '../model/container.ts';

/**
 * Containers: their life, the programs in them, their files and their use of
 * the machine. A container is named by its id or its name.
 *
 * Its states: `created` (never started), `running`, `paused` (its processes
 * are frozen), `exited`; `restarting`, `removing` and `dead` pass or are faults.
 *
 * Throws ENGINE_UNREACHABLE if the engine is gone, and ENGINE_REFUSED for an
 * answer that no method names. Calls that repeat safely are retried; others
 * never.
 */
export interface Runtime {
  /** The engine's own time of day, ISO 8601 with nanoseconds: file times in containers are measured by it. */
  now(): Promise<string>;

  /** Containers that carry all labels (`name=value`), stopped ones included. */
  list(labels: readonly string[]): Promise<readonly Container[]>;
  /** Undefined if there is no such container. */
  inspect(container: string): Promise<ContainerDetails | undefined>;
  /** Throws IMAGE_NOT_FOUND, NAME_TAKEN. Returns the id. */
  create(spec: ContainerSpec): Promise<string>;
  /**
   * Does nothing to a container that runs. Throws PORT_TAKEN, with the port as
   * `data.taken` if the engine says which one. `onSent`: called once it was asked.
   */
  start(container: string, onSent?: () => void): Promise<void>;
  /** SIGTERM, then SIGKILL after `seconds`. Does nothing to a container that does not run. Unpause one that is paused first: engines differ. */
  stop(container: string, seconds: number): Promise<void>;
  pause(container: string): Promise<void>;
  unpause(container: string): Promise<void>;
  /** Throws NAME_TAKEN. */
  rename(container: string, name: string): Promise<void>;
  /** By force, with its anonymous volumes. Nothing to remove is no error. */
  remove(container: string): Promise<void>;
  /** As remove, without the wait for its end: the container may be there for a moment more. */
  discard(container: string): Promise<void>;

  /**
   * Runs a program in a running container. Resolves with its exit code; 126 or
   * 127 if there is no such program. Throws INTERRUPTED if `signal` fires or
   * nobody reads the output; ENGINE_REFUSED has 404 as `data.status` for a
   * container that is missing, and 409 for one that does not run.
   */
  exec(container: string, options: ExecOptions): Promise<number>;
  /**
   * Connects to the input and output of a container's own program. Call it
   * before the start, so that no output is missed.
   */
  attach(container: string, streams: AttachStreams): Promise<Attached>;
  /** Writes a container's log. False if it is empty. */
  readLogs(container: string, options: LogOptions): Promise<boolean>;

  /** Unpacks an uncompressed tar into a container that is created or stopped. */
  putArchive(container: string, path: string, tar: AsyncIterable<Uint8Array>): Promise<void>;
  /** Paths in which a container differs from its image, as the engine lists them; `Changes` is exact. */
  listChanges(container: string): Promise<readonly RawChange[]>;
  /** Bytes that each container with all labels has written, by id. */
  readSizes(labels: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Bytes of memory in use; undefined if the container does not run, or its engine cannot tell. */
  readMemory(container: Pick<ContainerDetails, 'id' | 'pid'>): Promise<number | undefined>;
}

export interface ExecOptions {
  readonly argv: readonly string[];
  readonly user?: string;
  readonly workingDir?: string;
  readonly env?: readonly string[];
  /** With a terminal, stderr is part of stdout. */
  readonly tty?: boolean;
  /** Terminal size, asked for at start and after each `resize` event. */
  readonly size?: () => { readonly columns: number; readonly rows: number };
  /** Calls its argument at each change of the terminal's size; returns how to stop that. */
  readonly onResize?: (listener: () => void) => () => void;
  readonly stdin?: NodeJS.ReadableStream;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
  /** Ends the wait; the program in the container is ended by the caller. */
  readonly signal?: AbortSignal;
  /** True for a short program that cleans up: the first Ctrl-C does not end the wait for it. */
  readonly tidies?: boolean;
}

export interface AttachStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

export interface Attached {
  /** Resolves when the program's output has ended, and rejects with ENGINE_UNREACHABLE if it broke off. */
  readonly ended: Promise<void>;
  /** Disconnects: a program that was made for one reader finds its input ended. */
  close(): void;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Lines from the end; absent for all. */
  readonly tail?: number;
  /** Seconds since the epoch, of the engine's clock: nothing older. */
  readonly since?: number;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  readonly signal?: AbortSignal;
}
