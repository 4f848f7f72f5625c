import type { Container, ContainerDetails, ContainerSpec, RawChange } from '../model/container.ts';
import type { Image, ImageConfig } from '../model/image.ts';
import type { Digest } from '../model/version.ts';
import type { Volume } from '../model/container.ts';

/**
 * A container engine that speaks Docker's API: Docker or Podman, local or
 * remote. Every method throws DevenvError only: ENGINE_UNREACHABLE when the
 * engine is gone, ENGINE_REFUSED for an answer that is not one of those named
 * at the method. Calls that repeat safely are retried; others never.
 */
export interface Engine {
  readonly identity: EngineIdentity;
  /** Version, architecture, storage. One call that takes some engines long, cached for the process. */
  info(): Promise<EngineInfo>;
  /** The engine's own time of day, ISO 8601 with nanoseconds: file times in containers are measured by it. */
  now(): Promise<string>;

  inspectImage(reference: string): Promise<Image | undefined>;
  /** Images that carry all labels (`name=value`), newest first. */
  listImages(labels: readonly string[]): Promise<readonly Pick<Image, 'id' | 'tags'>[]>;
  tagImage(source: string, target: string): Promise<void>;
  removeImage(reference: string): Promise<void>;
  /** The same layers under another name with labels added or replaced: no layer is made (build API: FROM, LABEL). */
  labelImage(source: string, reference: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Throws IMAGE_NOT_FOUND, REGISTRY_DENIED, REGISTRY_UNREACHABLE. A stream that ends early is a failure. */
  pullImage(reference: string, options: TransferOptions): Promise<void>;
  /** Resolves with the manifest's digest as the registry took it. Errors as pullImage. */
  pushImage(reference: string, options: TransferOptions): Promise<Digest>;
  /** The digest a registry holds under a reference, asked through the engine. */
  resolveDigest(reference: string, auth?: RegistryAuth): Promise<Digest | undefined>;
  /** A root file system as an uncompressed tar becomes an image of one layer. */
  importImage(tar: AsyncIterable<Uint8Array>, reference: string, config: ImageConfig): Promise<void>;

  /** Containers that carry all labels (`name=value`), stopped ones included. */
  listContainers(labels: readonly string[]): Promise<readonly Container[]>;
  /** Bytes that each container with all labels has written, by id. */
  readSizes(labels: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Bytes of memory in use; undefined where the container does not run. */
  readMemory(container: Pick<ContainerDetails, 'id' | 'pid'>): Promise<number | undefined>;
  inspectContainer(id: string): Promise<ContainerDetails | undefined>;
  /** Throws IMAGE_NOT_FOUND, NAME_TAKEN. Returns the id. */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** Throws PORT_TAKEN, with the port as `data.taken` where the engine says which one. `onSent`: called once it was asked. */
  startContainer(id: string, onSent?: () => void): Promise<void>;
  stopContainer(id: string, seconds: number): Promise<void>;
  pauseContainer(id: string): Promise<void>;
  unpauseContainer(id: string): Promise<void>;
  /** With its anonymous volumes. Nothing to remove is no error. */
  removeContainer(id: string): Promise<void>;
  /** The same, for what is worth no waiting: it may be there for a moment more. */
  discardContainer(id: string): Promise<void>;
  /** Throws NAME_TAKEN. */
  renameContainer(id: string, name: string): Promise<void>;
  listChanges(id: string): Promise<readonly RawChange[]>;
  /** Captures a container as an image with exactly this config. Returns the engine's id. */
  commitContainer(id: string, reference: string, config: ImageConfig, how?: CommitHow): Promise<string>;
  /** Unpacks an uncompressed tar into a container that is created or stopped. */
  putArchive(id: string, path: string, tar: AsyncIterable<Uint8Array>): Promise<void>;
  readLogs(id: string, options: LogOptions): Promise<void>;

  /** Runs a program in a running container. Resolves with its exit code. */
  exec(id: string, options: ExecOptions): Promise<number>;

  /**
   * Takes hold of the input and output of a container's own program, before it
   * is started: so that nothing of it is missed.
   */
  attachContainer(id: string, streams: AttachStreams): Promise<Attached>;

  removeVolume(name: string): Promise<void>;
  /** Volumes that carry all labels (`name=value`, or a name), sorted by name. */
  listVolumes(labels: readonly string[]): Promise<readonly Volume[]>;
  createVolume(name: string, labels: Readonly<Record<string, string>>): Promise<void>;

  /** Names of the networks that carry all labels (`name=value`), sorted. */
  listNetworks(labels: readonly string[]): Promise<readonly string[]>;
  /** On which containers find each other by name. One of that name is kept as it is. */
  createNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** One that something is still on stays; nothing to remove is no error. */
  removeNetwork(name: string): Promise<void>;
  /** Puts a container, running or not, on a network under more names; anew where it was on one of that name. */
  connectNetwork(name: string, container: string, aliases: readonly string[]): Promise<void>;

  close(): void;
}

/** What is known of an engine once it answers. */
export interface EngineIdentity {
  /** Where it was found: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly kind: 'docker' | 'podman';
  readonly apiVersion: string;
  /** True where the engine runs on this machine, so that folders can be mounted. */
  readonly local: boolean;
}

export interface EngineInfo extends EngineIdentity {
  readonly version: string;
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly storage: string;
  readonly rootless: boolean;
}

export interface CommitHow {
  /** True where nothing in the container moves anyway; else it is paused meanwhile. */
  readonly still: boolean;
}

export interface RegistryAuth {
  readonly username: string;
  readonly password: string;
  /** From a login by browser; then username and password are empty. */
  readonly identityToken?: string;
  /** Host and port as in the image reference; `https://index.docker.io/v1/` for Docker Hub. */
  readonly server: string;
}

export interface TransferOptions {
  readonly auth?: RegistryAuth;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Transfer) => void;
}

export interface Transfer {
  /** Layer id, short. */
  readonly layer: string;
  readonly status: string;
  /** Bytes; 0 when unknown. */
  readonly done: number;
  readonly total: number;
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

export interface AttachStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

export interface Attached {
  /** Resolves when the program's output has ended, and rejects with ENGINE_UNREACHABLE where it broke off. */
  readonly ended: Promise<void>;
  /** Lets go: a program that was made for one reader finds its input ended. */
  close(): void;
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
  /** True for a short program that puts something right: the first Ctrl-C does not end the wait for it. */
  readonly tidies?: boolean;
}
