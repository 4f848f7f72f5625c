import type { Base, RunEntry } from './image-inputs.ts';

/** The parts of an environment that shape the workspace and not its image. A change recreates a container and makes no version. */

/** A line for `sh -c`, or a program and its arguments. */
export type CommandLine = string | readonly string[];

/** A container beside the workspace, reachable by its name. */
export interface Service {
  readonly name: string;
  readonly source: ServiceSource;
  /** Replaces the command of the image. */
  readonly command?: CommandLine;
  /** Replaces the entrypoint of the image; empty: it has none. */
  readonly entrypoint?: readonly string[];
  /** `name`, `uid` or `uid:gid`; default: that of the image. */
  readonly user?: string;
  /** Absolute; default: that of the image. */
  readonly workingDir?: string;
  readonly hostname?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Files of the project with more variables; those of `env` count before them. */
  readonly envFiles: readonly EnvFile[];
  readonly volumes: readonly VolumeMount[];
  readonly ports: readonly PortMapping[];
  /** Absent: as the HEALTHCHECK of its image says, if there is one. */
  readonly ready?: Readiness;
  /** It runs once and ends; it is ready when it has ended with exit code 0. */
  readonly until?: 'completed';
  readonly dependsOn: readonly Need[];
  /** Names under which it is started; none: it is always started. */
  readonly profiles: readonly string[];
  readonly limits: Limits;
  readonly tmpfs: readonly Tmpfs[];
  /** The engine's own first process reaps orphans. */
  readonly init: boolean;
  readonly securityOptions: readonly string[];
  readonly restart?: RestartPolicy;
  /** Absent: the network of the workspace and its services. */
  readonly network?: ServiceNetwork;
  /** It starts with the proxies of the person. */
  readonly proxy?: true;
  /** Further names on the network. */
  readonly aliases?: readonly string[];
  /** A terminal is allocated for it. */
  readonly tty?: boolean;
  /** Its input stays open. */
  readonly stdin?: boolean;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly stopGrace?: number;
  /** Commands around the copy of its data for a snapshot. Absent: it is paused. */
  readonly quiesce?: { readonly before?: CommandLine; readonly after?: CommandLine };
}

/** Another service that a service waits for before it starts. */
export interface Need {
  readonly service: string;
  readonly until: 'started' | 'ready' | 'completed';
}

/** A `.env` file of the project. */
export interface EnvFile {
  readonly path: string;
  /** False: it may be missing. */
  readonly required: boolean;
}

/** A file system in memory. */
export interface Tmpfs {
  readonly target: string;
  /** Bytes. */
  readonly size?: number;
  readonly mode?: number;
}

/** The network of the engine's machine, or that of another container: a service's, or '' for the workspace's. */
export type ServiceNetwork = { readonly kind: 'host' } | { readonly kind: 'shared'; readonly of: string };

/** What the engine does when a container ends by itself. */
export interface RestartPolicy {
  readonly when: 'always' | 'unless-stopped' | 'on-failure';
  /** Restarts before it gives up; absent: no bound. */
  readonly retries?: number;
}

type ServiceSource =
  | {
      readonly kind: 'image';
      readonly image: string;
      /** Its name holds a variable of the person: only commands that ask for trust get it. */
      readonly lent?: true;
    }
  | { readonly kind: 'build'; readonly build: ServiceBuild };

/** An image that is built like that of the workspace. */
export interface ServiceBuild {
  readonly base: Base;
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly run: readonly RunEntry[];
}

export interface Readiness {
  readonly check: ReadyCheck;
  /** Milliseconds between checks. */
  readonly interval: number;
  /** Failed checks before giving up, without those of the start period. */
  readonly retries: number;
  /** Milliseconds after the start in which a failed check does not count. */
  readonly startPeriod: number;
  /** Milliseconds that one check may take. */
  readonly timeout?: number;
}

type ReadyCheck =
  /** The HEALTHCHECK of the image. */
  | { readonly kind: 'image' }
  /** It is ready once it runs. */
  | { readonly kind: 'none' }
  | { readonly kind: 'command'; readonly command: CommandLine }
  /** Name of a host in the network; `localhost` is the service itself. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'http'; readonly url: string };

/** A named volume, or a folder of the host, inside a container. */
export interface VolumeMount {
  /** `volume`: a name. `folder`: a path of the project, without `./`. `host`: an absolute path of the machine, or one below the person's home folder (`~/…`), which needs trust. */
  readonly kind: 'volume' | 'folder' | 'host';
  readonly source: string;
  /** Absolute, in the container. */
  readonly target: string;
  readonly readOnly: boolean;
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

export type HookMoment = 'create' | 'update' | 'start' | 'attach';

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
  readonly network?: 'host';
  readonly docker?: 'inside' | 'host';
  readonly proxy?: true;
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
