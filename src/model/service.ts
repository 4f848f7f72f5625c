import type { Base, RunEntry } from './image-inputs.ts';
import type { Attachment, CommandLine, VolumeMount, PortMapping, Limits } from './workspace.ts';

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
  /** The network of something else, instead of networks of the workspace. */
  readonly network?: ServiceNetwork;
  /** Absent: the default network. */
  readonly attachments?: readonly Attachment[];
  /** It starts with the proxies of the person. */
  readonly proxy?: true;
  /** Further names on all its networks. */
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

/** When the engine restarts a container that ended. */
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

/** Milliseconds: Node's timers cannot wait longer, and would end at once. */
export const longestWait = 2 ** 31 - 1;
