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

export type Base =
  { readonly kind: 'image'; readonly image: string; readonly fallback?: BootstrapBase } | BootstrapBase;

/** A base assembled from the Debian mirror; no registry is involved. */
export interface BootstrapBase {
  readonly kind: 'bootstrap';
  readonly suite: string;
  /** Absent: the mirror that the host itself uses, else deb.debian.org. */
  readonly mirror?: string;
  /** Extra packages inside the base. */
  readonly include: readonly string[];
}

/** A file of the project that is copied into the image. */
export interface FileEntry {
  /** Relative to the project folder, `/`-separated. */
  readonly from: string;
  /** Absolute path in the image. */
  readonly to: string;
  /** Octal digits, e.g. `"0644"`. */
  readonly mode: string;
}

export interface RunEntry {
  readonly name: string;
  /** A command line for `sh -c`, run as root in the builder with the project at /workspace. */
  readonly run: string;
  /** Project files whose content is part of the step's identity, besides a script that `run` starts with. */
  readonly inputs: readonly string[];
}
