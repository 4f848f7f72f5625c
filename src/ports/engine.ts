import type { Builder } from './build/builder.ts';
import type { Images } from './images.ts';
import type { Networks } from './networks.ts';
import type { Runtime } from './runtime.ts';
import type { Volumes } from './volumes.ts';

/**
 * One container engine, local or remote, by what it is about. Code takes the
 * narrowest of these ports that it needs, not the whole.
 */
export interface Engine {
  /** Where it was found: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly capabilities: Capabilities;
  readonly images: Images;
  readonly builder: Builder;
  readonly runtime: Runtime;
  readonly volumes: Volumes;
  readonly networks: Networks;
  /** What takes space on it. Takes as long as measuring every volume and container does. */
  usage(): Promise<EngineUsage>;
  /** One call that takes some engines long, made once per process. */
  describe(): Promise<EngineDescription>;
  /** Whether it uses a registry without TLS or without checking its certificate, by its own settings. `host`: with the port. */
  isInsecure(host: string): Promise<boolean>;
  close(): void;
}

/** Facts about an engine and its machine. */
export interface EngineDescription {
  /** For people: `docker`, `podman`. */
  readonly product: string;
  readonly version: string;
  readonly apiVersion: string;
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Root in a container is the engine's user on its machine. */
  readonly rootless: boolean;
  /** Containers and folders of its machine have labels of SELinux. */
  readonly selinux: boolean;
  readonly storage: EngineStorage;
  /** The proxies by which it pulls and pushes, as it tells them: addresses without passwords, by what they are for. */
  readonly proxies?: { readonly http?: string; readonly https?: string };
}

/** How an engine keeps the layers of images and containers. */
export interface EngineStorage {
  /** For people: `overlay2`, `containerd/overlayfs`, `fuse-overlay`. */
  readonly name: string;
  /**
   * Who sees a container's layers as folders of the engine's machine: `named`:
   * everybody, since the engine names the folders; `inside`: the container
   * alone, in its mounts, while it runs; `hidden`: nobody.
   */
  readonly layers: 'named' | 'inside' | 'hidden';
  /**
   * A commit of a container that does not run mounts it, and waits at the end
   * until the disk has all data; that of a running one reads its upper folder.
   */
  readonly mountsToCommit: boolean;
  /** `Images.load` takes an image without the layers below that the engine has. */
  readonly loadsAbove: boolean;
}

/** Containers, and the images that they were made from. */
export type Containers = Pick<Engine, 'images' | 'runtime'>;

/**
 * What an engine can do, known as soon as it is connected. Use cases decide by
 * these values, never by the name of the engine.
 */
export interface Capabilities {
  /** Folders of this machine can be mounted in containers: the engine runs on it. */
  readonly mountsFolders: boolean;
  /** `Builder.commit` adds the paths of the container's anonymous volumes to the image's config. */
  readonly commitsAnonymousVolumes: boolean;
  /** `Builder.build` takes secrets. */
  readonly mountsBuildSecrets: boolean;
}

/** What takes space on an engine, as the engine measures it. Sizes are bytes. */
export interface EngineUsage {
  readonly images: readonly ImageUsage[];
  readonly volumes: readonly VolumeUsage[];
  readonly containers: readonly ContainerUsage[];
}

export interface ImageUsage {
  readonly id: string;
  readonly tags: readonly string[];
  /** Names in registries. */
  readonly digests: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Base first. Equal ids: one layer on the disk, on equal layers below. */
  readonly layers: readonly { readonly id: string; readonly size: number }[];
}

export interface VolumeUsage {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** 0 if the engine does not know. */
  readonly size: number;
  /** A container has it. */
  readonly used: boolean;
  /** Milliseconds since the epoch; 0 if the engine does not know. */
  readonly created: number;
}

export interface ContainerUsage {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Id of its image. */
  readonly image: string;
  readonly running: boolean;
  /** What it wrote. */
  readonly size: number;
  readonly created: number;
}
