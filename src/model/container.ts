import type { BytePath } from './byte-path.ts';
import type { HostPort, Limits, PortMapping } from './workspace.ts';

/** A container as an engine lists it. */
export interface Container {
  readonly id: string;
  readonly name: string;
  /** The engine's image id. */
  readonly image: string;
  readonly state: ContainerState;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since the epoch. */
  readonly created: number;
  /** Names of the networks that it is on, or was when it last ran. */
  readonly networks: readonly string[];
  /** What it has open on the host; Docker tells it of running ones only. */
  readonly ports: readonly HostPort[];
}

/** What the engine knows of one container. */
export interface ContainerDetails extends Container {
  /** `NAME=value`, as given at creation and by the image. */
  readonly env: readonly string[];
  readonly user: string;
  readonly mounts: readonly Mount[];
  /** When it was last started, as the engine writes it: another text after each start. */
  readonly started: string;
  /** Of its first process, as the engine's machine counts them; 0 where it does not run. */
  readonly pid: number;
  /** Exit code of the last run; meaningless while it runs. */
  readonly exitCode: number;
  /** Whether the engine runs a program of the image in it from time to time, to see how it is. */
  readonly healthCheck: boolean;
  /** Folders of its file system on the engine's machine, where the engine names them. */
  readonly overlay?: Overlay;
  /**
   * Seconds, if the engine does not name these folders: the time of `/dev` in its
   * own file system, set by the engine when the container was made. It proves
   * that a folder is the container's: in a running container another file system
   * lies over `/dev`, so that its programs can neither read nor set it.
   */
  readonly mark?: number;
}

/** What an overlay file system is made of: absolute paths on the engine's own machine. */
export interface Overlay {
  /** Holds what the container changed. */
  readonly upper: string;
  /** The image's layers and, with some engines, folders of their own; topmost first. */
  readonly lower: readonly string[];
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** Everything that devenv decides about a container before it is made. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly hostname?: string;
  /** In place of what the image would run, its entrypoint included; empty: that. */
  readonly command: readonly string[];
  /** Hands `command` to the image's entrypoint, where it has one. */
  readonly keepEntrypoint?: boolean;
  /** `NAME=value`. Ends up in `inspect`: never a secret. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingDir: string;
  readonly mounts: readonly Mount[];
  readonly network?: string;
  /** Names that it has on `network` besides its own. */
  readonly aliases?: readonly string[];
  readonly limits?: Limits;
  /** Published exactly so. */
  readonly ports?: readonly PortMapping[];
  /** The engine removes it when it ends: one that nobody comes back for. */
  readonly autoRemove?: boolean;
  /** Keeps no log when false: a helper streams gigabytes. */
  readonly log?: boolean;
  readonly capabilities?: readonly string[];
  /** Takes all others away, which engines give to every container. */
  readonly dropCapabilities?: boolean;
  /**
   * Nothing runs in it but a program of devenv's own: no filter of its calls, no
   * users of its own. With the host's network it starts in half the time. For helpers only.
   */
  readonly trusted?: boolean;
  /** Its program has an input, which ends with whoever is attached first. */
  readonly attached?: boolean;
  /** Id of a running container whose processes it sees; no profile of the machine's confines it then. For helpers only. */
  readonly beside?: string;
  /** Seconds the engine waits after SIGTERM. */
  readonly stopTimeout?: number;
}

export type Mount =
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly?: boolean;
      /** Without what is mounted below it. */
      readonly alone?: boolean;
    }
  | { readonly kind: 'volume'; readonly source: string; readonly target: string; readonly readOnly?: boolean }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly mode?: number };

/** A path in which a container differs from an image: by its bytes, or as text for people. */
export interface PathChange<Path extends string = string> {
  readonly path: Path;
  readonly kind: 'modified' | 'added' | 'deleted';
  /** Bytes of a file, 0 for all else; absent where only the engine's list is known. */
  readonly size?: number;
  /** Of a symlink; absent as with `size`. */
  readonly target?: string;
}

/** As an engine or its storage tells it. */
export type RawChange = PathChange<BytePath>;

/** A volume as an engine lists it. */
export interface Volume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Nothing else is named so: workspaces and services have no names that begin with `-`. */
const ending = '.-filling';

/** What a container is called until it holds all that it is to start with. */
export const nameHalfMade = (name: string): string => `${name}${ending}`;

/** True for one whose making was killed in between: what is in it is a copy, and not all of it. */
export const isHalfMade = ({ name }: Pick<Container, 'name'>): boolean => name.endsWith(ending);
