import type { Base, FileEntry, RunEntry } from './image-inputs.ts';
import type { Hook, HookMoment, Limits, PortMapping, Secret, Service, VolumeMount } from './workspace.ts';

/**
 * What `devenv.yaml` declares, after parsing and validation: defaults filled
 * in, names checked, nothing resolved yet.
 */
export interface Environment {
  readonly name: string;
  /** Registry repository, without tag or digest. Absent until a team pushes. */
  readonly image?: string;
  readonly base: Base;
  /** Runtime name → version as it was written, e.g. `{node: "24"}`. */
  readonly tools: Readonly<Record<string, string>>;
  /** Provider name → package specs as written, e.g. `{apt: ["git", "jq=1.6"]}`. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly FileEntry[];
  readonly run: readonly RunEntry[];
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly commit: {
    /** Globs of absolute paths that no version has. */
    readonly exclude: readonly string[];
  };
  /** In the order of the file. */
  readonly services: readonly Service[];
  readonly ports: readonly PortMapping[];
  readonly volumes: readonly VolumeMount[];
  readonly hooks: Readonly<Partial<Record<HookMoment, Hook>>>;
  /** Project files whose change makes the update hook run. */
  readonly watch: readonly string[];
  readonly secrets: readonly Secret[];
  readonly limits: Limits;
  /** `seed`: a new workspace starts with the data that the team pushed. */
  readonly data?: 'seed';
}

/** What one person adds to their own workspaces: `personal.yaml`, after parsing and validation. */
export interface Personal {
  /** Provider name → package specs as written. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly env: Readonly<Record<string, string>>;
  readonly dotfiles?: Dotfiles;
}

export interface Dotfiles {
  /** `folder`: an absolute path of the person's machine. `git`: the address of a repository. */
  readonly kind: 'folder' | 'git';
  readonly source: string;
  /** A line for sh. Absent: what begins with a dot is linked into the home folder. */
  readonly install?: string;
}
