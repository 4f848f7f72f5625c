/** The parts of an environment that shape the workspace and not its image. A change recreates a container and makes no version. */

/** A line for `sh -c`, or a program and its arguments. */
export type CommandLine = string | readonly string[];

export const toArgv = (command: CommandLine): readonly string[] =>
  typeof command === 'string' ? ['/bin/sh', '-c', command] : command;

/** A named volume, or a folder of the host, inside a container. */
export interface VolumeMount {
  /** `volume`: a name. `folder`: a path of the project, without `./`. `host`: an absolute path of the machine, or one below the person's home folder (`~/…`), which needs trust. */
  readonly kind: 'volume' | 'folder' | 'host';
  readonly source: string;
  /** Absolute, in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** That a container is on a network of the workspace. */
export interface Attachment {
  /** As in devenv.yaml; `default` for the one that needs no declaration. */
  readonly network: string;
  /** Further names on it. */
  readonly aliases: readonly string[];
}

/** A port of the engine's machine. */
export interface HostPort {
  /** Of the host; 127.0.0.1 unless written. */
  readonly address: string;
  readonly host: number;
  readonly protocol: 'tcp' | 'udp';
}

/** A port of a container and the port of the host to publish it on. */
export interface PortMapping extends HostPort {
  readonly container: number;
}

/** A published port. A port that was in use is replaced by another one. */
export interface PublishedPort extends PortMapping {
  /** The port of the host in devenv.yaml. */
  readonly wished: number;
}

export interface Limits {
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Bytes of /dev/shm. */
  readonly shm?: number;
  /** Name → soft and hard limit. */
  readonly ulimits: Readonly<Record<string, number>>;
  readonly gpus: boolean;
  /** Kernel capabilities beyond the engine's defaults, without `CAP_`. */
  readonly capabilities: readonly string[];
  /** Name → address, or `host-gateway` for the engine's machine. */
  readonly extraHosts: Readonly<Record<string, string>>;
  readonly devices: readonly Device[];
  /** All capabilities and devices of the machine. */
  readonly privileged: boolean;
  /** The engine's own socket at /var/run/docker.sock. */
  readonly engineSocket: boolean;
}

export interface Device {
  /** Absolute path on the engine's machine. */
  readonly source: string;
  readonly target: string;
  /** Letters of `r`, `w` and `m`: read, write, make nodes. */
  readonly permissions: string;
}

/** Named commands of one moment, which run in parallel. A single one has the name of the moment. */
export type Hook = Readonly<Record<string, CommandLine>>;

/** The hooks of each moment, one after the other: those of Features, then that of devenv.yaml. */
export type Hooks = Readonly<Partial<Record<HookMoment, readonly Hook[]>>>;

export type HookMoment = UpHook | 'attach';

/** The moments whose hooks `up` runs. */
export type UpHook = 'create' | 'update' | 'start';

/** A command of the project with a name, for `devenv run`. */
export interface Task {
  readonly name: string;
  readonly description?: string;
  /** Absent if the task only has others run. */
  readonly run?: CommandLine;
  /** Names of tasks that run before it. */
  readonly depends: readonly string[];
  /** A path of the project, `.` for the project itself; default: the folder that matches the current one. */
  readonly folder?: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Secret {
  /** The environment variable that holds the value. */
  readonly name: string;
  /** A program of the host that prints the value. Needs trust. */
  readonly command?: readonly string[];
}

/** Rights that one workspace does not have, for the whole life of its containers. */
export interface Restrictions {
  /** No way out of its own containers. */
  readonly offline?: true;
  /** The project and other folders of the machine are read-only. */
  readonly readOnlyProject?: true;
}

/** The settings of a workspace besides its image: equal on every machine that runs the same version. */
export interface WorkspaceSettings {
  readonly user: string;
  /** Variables that are not secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly ({ readonly kind: 'project' | 'cache' | 'temp'; readonly target: string } | VolumeMount)[];
  readonly workingDir: string;
  /** As in devenv.yaml: the published ports may differ from machine to machine. */
  readonly ports: readonly PortMapping[];
  readonly limits: Limits;
  /** Absent if it is as usual. */
  readonly init?: boolean;
  readonly hostname?: string;
  readonly security_opt?: readonly string[];
  /** `host`, `none`, or the networks on which the workspace has further names. */
  readonly network?: 'host' | 'none' | readonly Attachment[];
  readonly docker?: 'inside' | 'host';
  readonly proxy?: true;
  readonly restricted?: Restrictions;
  /** Lines for sh that run as root at each start, one after the other. */
  readonly entrypoints?: readonly string[];
}

/** Settings for commands in a workspace, stored in a label of its container so that `exec` needs nothing else. */
export interface ExecDefaults {
  readonly user: string;
  readonly env: readonly string[];
  readonly workingDir: string;
  /** The git folder outside of the project that is mounted, at its own path. */
  readonly repository?: string;
  /** Commands get the proxies of the person: devenv.yaml or personal.yaml says so. */
  readonly proxy?: true;
  readonly settings: WorkspaceSettings;
}
