import type { BytePath } from './byte-path.ts';
import type { RestartPolicy } from './service.ts';
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
  /** Of the last run of a container that ended by itself or by a signal; absent if the engine does not list it. */
  readonly exitCode?: number;
  /** Names of its networks, or of those when it last ran. */
  readonly networks: readonly string[];
  /** Published ports; Docker lists them only while it runs. */
  readonly ports: readonly HostPort[];
}

/** A container as an engine inspects it. */
export interface ContainerDetails extends Container {
  /** `NAME=value`, as given at creation and by the image. */
  readonly env: readonly string[];
  readonly user: string;
  readonly mounts: readonly Mount[];
  /** Time of its last start, in the engine's format: different after each start. */
  readonly started: string;
  /** Pid of its main process on the engine's machine; 0 if it does not run. */
  readonly pid: number;
  /** Exit code of the last run; meaningless while it runs. */
  readonly exitCode: number;
  /** Seconds that it may take to stop, if it was created with its own time. */
  readonly stopTimeout?: number;
  /** Whether the engine runs a health check in it. */
  readonly healthCheck: boolean;
  /** Folders of its file system on the engine's machine, if the engine names them. */
  readonly overlay?: Overlay;
  /**
   * Seconds, if the engine does not name these folders: the time of `/dev` in its
   * own file system, set by the engine when the container was made. It proves
   * that a folder is the container's: in a running container another file system
   * lies over `/dev`, so that its programs can neither read nor set it.
   */
  readonly mark?: number;
}

/** The folders of an overlay file system: absolute paths on the engine's machine. */
export interface Overlay {
  /** Contains the changes of the container. */
  readonly upper: string;
  /** The layers of the image and, with some engines, folders of the engine; topmost first. */
  readonly lower: readonly string[];
}

export type ContainerState = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** The configuration of a new container. */
export interface ContainerSpec {
  readonly name: string;
  readonly image: string;
  readonly hostname?: string;
  /** Replaces command and entrypoint of the image; empty: uses those. */
  readonly command: readonly string[];
  /** Passes `command` to the entrypoint of the image, if it has one. */
  readonly keepEntrypoint?: boolean;
  /** `NAME=value`. Visible in `inspect`: never a secret. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string;
  readonly workingDir: string;
  readonly mounts: readonly Mount[];
  /** The project on the engine's machine, if it may be mounted: the only folder that may get a label of SELinux. */
  readonly project?: string;
  readonly network?: string;
  /** Further names on `network`. */
  readonly aliases?: readonly string[];
  readonly limits?: Limits;
  /** Published exactly like this. */
  readonly ports?: readonly PortMapping[];
  /** The engine removes it when it exits. */
  readonly autoRemove?: boolean;
  /** False: the engine keeps no log. A helper streams gigabytes. */
  readonly log?: boolean;
  readonly capabilities?: readonly string[];
  /** Drops all other capabilities, which engines give to every container. */
  readonly dropCapabilities?: boolean;
  /**
   * Runs only a program of devenv, without a filter of system calls and without
   * a user namespace: starts in half the time. For helpers only.
   */
  readonly trusted?: boolean;
  /** Its program reads an input that ends with the first attached client. */
  readonly attached?: boolean;
  /** Id of a running container whose processes it sees, without a security profile. For helpers only. */
  readonly beside?: string;
  /** Seconds the engine waits after SIGTERM. */
  readonly stopTimeout?: number;
  /** The engine's own first process reaps orphans. */
  readonly init?: boolean;
  /** As engines write them: `seccomp=unconfined`. */
  readonly securityOptions?: readonly string[];
  readonly restart?: RestartPolicy;
  readonly tty?: boolean;
  /** Its input stays open, with nobody attached. */
  readonly openInput?: boolean;
}

export type Mount =
  | {
      readonly kind: 'bind';
      readonly source: string;
      readonly target: string;
      readonly readOnly?: boolean;
      /** Without the mounts below it. */
      readonly alone?: boolean;
    }
  | { readonly kind: 'volume'; readonly source: string; readonly target: string; readonly readOnly?: boolean }
  | { readonly kind: 'tmpfs'; readonly target: string; readonly mode?: number; readonly size?: number };

/** A path in which a container differs from an image. `Path`: bytes, or text for people. */
export interface PathChange<Path extends string = string> {
  readonly path: Path;
  readonly kind: 'modified' | 'added' | 'deleted';
  /** Bytes of a file, 0 for other types; absent if only the engine's list is known. */
  readonly size?: number;
  /** Of a symlink; absent like `size`. */
  readonly target?: string;
  /** True for a socket, which no image keeps; absent like `size`. */
  readonly unkept?: true;
}

/** A change as an engine or its storage reports it. */
export type RawChange = PathChange<BytePath>;

/** A volume as an engine lists it. */
export interface Volume {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** On the engine's machine; empty if the engine does not tell. */
  readonly folder: string;
}

/** Cannot be part of another name: names of workspaces and services never start with `-`. */
const ending = '.-filling';

/** The name of a container until its initial content is complete. */
export const nameHalfMade = (name: string): string => `${name}${ending}`;

/** True for a container whose creation was interrupted: it contains an incomplete copy. */
export const isHalfMade = ({ name }: Pick<Container, 'name'>): boolean => name.endsWith(ending);
