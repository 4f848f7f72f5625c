import type { Base, RunEntry } from './image-inputs.ts';

/**
 * What shapes a workspace and not its image: services, ports, volumes, hooks,
 * secrets, limits. Changing one recreates a container and makes no version.
 */

/** A line for `sh -c`, or a program and its arguments. */
export type CommandLine = string | readonly string[];

/** A container beside the workspace, reachable by its name. */
export interface Service {
  readonly name: string;
  readonly source: ServiceSource;
  /** In place of what the image runs. */
  readonly command?: CommandLine;
  readonly env: Readonly<Record<string, string>>;
  readonly volumes: readonly VolumeMount[];
  readonly ports: readonly PortMapping[];
  readonly ready?: Readiness;
  /** Names of services that must be ready before this one starts. */
  readonly dependsOn: readonly string[];
  readonly limits: Limits;
  /** How its data comes to rest for a snapshot. Absent: it is paused. */
  readonly quiesce?: { readonly before?: CommandLine; readonly after?: CommandLine };
}

export type ServiceSource =
  { readonly kind: 'image'; readonly image: string } | { readonly kind: 'build'; readonly build: ServiceBuild };

/** An image in the words of the workspace; its own keys as written, its defaults filled in. */
export interface ServiceBuild {
  readonly base: Base;
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly run: readonly RunEntry[];
}

export interface Readiness {
  readonly check: ReadyCheck;
  /** Milliseconds between checks. */
  readonly interval: number;
  /** Failed checks before giving up, those of the start period aside. */
  readonly retries: number;
  /** Milliseconds after the start in which a failed check does not count. */
  readonly startPeriod: number;
}

export type ReadyCheck =
  | { readonly kind: 'command'; readonly command: CommandLine }
  /** Host as the services see each other; `localhost` is the service itself. */
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'http'; readonly url: string };

/** A named volume, or a folder of the host, inside a container. */
export interface VolumeMount {
  /** `volume`: a name. `folder`: a path of the project, without `./`. `host`: an absolute path of the machine, which needs trust. */
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

/** A port of a container, and the port of the host that it is to be reached at. */
export interface PortMapping extends HostPort {
  readonly container: number;
}

/** A mapping as it came to be: a port that somebody else has is moved. */
export interface PublishedPort extends PortMapping {
  /** The port of the host that devenv.yaml asks for. */
  readonly wished: number;
}

export interface Limits {
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  /** Bytes of /dev/shm. */
  readonly shm?: number;
  /** Name → both soft and hard. */
  readonly ulimits: Readonly<Record<string, number>>;
  readonly gpus: boolean;
  /** Kernel capabilities beyond the engine's usual ones, without `CAP_`. */
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
  /** Of `r`, `w` and `m`: read, write, make nodes. */
  readonly permissions: string;
}

/** Named commands of one moment; a single one is named after the moment. They run in parallel. */
export type Hook = Readonly<Record<string, CommandLine>>;

export type HookMoment = 'create' | 'update' | 'start' | 'attach';

export interface Secret {
  /** The environment variable that holds the value. */
  readonly name: string;
  /** A program of the host that prints the value; needs trust. */
  readonly command?: readonly string[];
}

/** What a workspace is besides its image: equal on every machine that runs the same version. */
export interface WorkspaceSettings {
  readonly user: string;
  /** Names and values that are no secrets. */
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly ({ readonly kind: 'project' | 'cache' | 'temp'; readonly target: string } | VolumeMount)[];
  readonly workingDir: string;
  /** As devenv.yaml asks for them: where they are open differs from machine to machine. */
  readonly ports: readonly PortMapping[];
  readonly limits: Limits;
}

/** How commands run in a workspace, and what it was made from; kept in the container's label, so that `exec` asks nobody else. */
export interface ExecDefaults {
  readonly user: string;
  readonly env: readonly string[];
  readonly workingDir: string;
  readonly settings: WorkspaceSettings;
}
