import type { FeatureSelection } from './features/feature.ts';
import type { Base, DownloadEntry, FileEntry, RepositoryEntry, RunEntry } from './image-inputs.ts';
import type { EnvFile, Service } from './service.ts';
import type { Attachment, Hooks, Limits, PortMapping, Restrictions, Secret, Task, VolumeMount } from './workspace.ts';

/** Where the project lies in a workspace unless `folder` says otherwise, and in every build. */
export const defaultFolder = '/workspace';

/** The network of everything that names none. */
export const defaultNetwork = 'default';

/** Where an engine in a workspace keeps its data. */
export const dockerFolder = '/var/lib/docker';

/**
 * The content of `devenv.yaml`, valid and with defaults. Versions are not
 * resolved.
 */
export interface Environment {
  readonly name: string;
  /** Registry repository, without tag or digest. Absent until a team pushes. */
  readonly image?: string;
  readonly base: Base;
  /** Runtime name → version as it was written, e.g. `{node: "24"}`. */
  readonly tools: Readonly<Record<string, string>>;
  /** Runtime name → project file that names its version. */
  readonly toolFiles: Readonly<Record<string, string>>;
  /** Provider name → package specs as written, e.g. `{apt: ["git", "jq=1.6"]}`. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Path → entries as in `packages.pip`. */
  readonly venvs: Readonly<Record<string, readonly string[]>>;
  readonly repositories: readonly RepositoryEntry[];
  /** File in /etc/apt/preferences.d → its text. */
  readonly aptPreferences: Readonly<Record<string, string>>;
  readonly features: FeatureSelection;
  readonly downloads: readonly DownloadEntry[];
  readonly files: readonly FileEntry[];
  readonly run: readonly RunEntry[];
  /** `${NAME}` refers to the image, `${host:NAME:-default}` to the person's machine; `$$` is a dollar sign. */
  readonly env: Readonly<Record<string, string>>;
  /** Files of the project with more variables, without references; those of `env` count before them. */
  readonly envFiles: readonly EnvFile[];
  readonly user: string;
  /** Where the project lies in the workspace: absolute. */
  readonly folder: string;
  readonly commit: {
    /** Globs of absolute paths that no version contains. */
    readonly exclude: readonly string[];
  };
  /** In the order of the file. */
  readonly services: readonly Service[];
  /** An existing compose file, whose services are among `services`. */
  readonly compose?: ComposeUse;
  readonly ports: readonly PortMapping[];
  readonly volumes: readonly VolumeMount[];
  /** Lines for a shell that each person runs by hand on the machine before the first `up`: shown, and never run. */
  readonly prepare?: string;
  readonly hooks: Hooks;
  /** Project files whose change runs the update hook. */
  readonly watch: readonly string[];
  /** In the order of the file. */
  readonly tasks: readonly Task[];
  readonly secrets: readonly Secret[];
  readonly limits: Limits;
  /** The engine's own first process reaps orphans. */
  readonly init: boolean;
  /** Default: made from the name. */
  readonly hostname?: string;
  readonly securityOptions: readonly string[];
  /** The network of the engine's machine instead of its own; `none` only by a restriction. */
  readonly network?: 'host' | 'none';
  /** Rights that this workspace does not have, whatever devenv.yaml says. */
  readonly restricted?: Restrictions;
  /** Networks of the workspace itself; absent: the default one. */
  readonly attachments?: readonly Attachment[];
  /** Declared networks by name, perhaps `default` among them. `internal`: without a way out. */
  readonly networks: Readonly<Record<string, { readonly internal: boolean }>>;
  /** Commands in the workspace get the proxies of the person. */
  readonly proxy?: true;
  /** `inside`: an engine runs in the workspace. `host`: it has the socket of its engine. */
  readonly docker?: 'inside' | 'host';
  /** Lines for sh of Features that run as root at each start of the workspace, one after the other. */
  readonly entrypoints?: readonly string[];
  /** `seed`: new workspaces start with the pushed data of the team. */
  readonly data?: 'seed';
}

/** The parts of a compose file that devenv.yaml uses. */
export interface ComposeUse {
  /** In the project. */
  readonly file: string;
  /** Files that are merged on top of it, in order. */
  readonly overrides: readonly string[];
  /** Absent: all but that of the workspace. */
  readonly services?: readonly string[];
  /** The service that is the workspace itself. */
  readonly workspace?: string;
  /** Service → ports that it opens besides those of the file. */
  readonly ports: Readonly<Record<string, readonly PortMapping[]>>;
  /** Variables of the person's environment that the file may use, before those of its `.env`. */
  readonly variables: readonly string[];
}

/** The additions of one person to their own workspaces: the content of `personal.yaml`, valid. */
export interface Personal {
  /** Provider name → package specs as written. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly env: Readonly<Record<string, string>>;
  readonly dotfiles?: Dotfiles;
  /** As in devenv.yaml. */
  readonly proxy?: true;
}

export interface Dotfiles {
  /** `folder`: an absolute path on the person's machine. `git`: the address of a repository. */
  readonly kind: 'folder' | 'git';
  readonly source: string;
  /** A line for sh. Absent: files that start with a dot are linked into the home folder. */
  readonly install?: string;
}
