import type { PathChange } from '../model/container.ts';
import type { PackageCause, PackageOrigin } from '../model/drift.ts';
import type { Environment } from '../model/environment.ts';
import type { Evidence } from '../model/evidence.ts';

/** Packages or runtimes that people install by hand, whether or not devenv.yaml can declare them. */
export interface Ecosystem {
  /** Its groups in a drift and their titles: `npm packages`. */
  readonly causes: Readonly<Partial<Record<PackageCause, string>>>;
  readonly recognition: Recognition | 'none';
  readonly caches: Caches;
  /** Absolute paths that no version keeps: caches, locks. */
  readonly excludes: readonly RegExp[];
  /** Absolute paths of the package manager's own records. */
  readonly records: readonly RegExp[];
}

/** An ecosystem that devenv.yaml cannot declare. */
export interface Undeclared extends Ecosystem {
  /** Why: `devenv.yaml has no list of Go programs`. */
  readonly reason: string;
}

/** How changed paths tell which package or runtime they belong to. */
export interface Recognition {
  /** Packages that are recognized by their path alone. */
  readonly patterns: readonly ToolPattern[];
  /** Small files to read for a changed path. */
  readonly evidence: (path: string, kind: PathChange['kind']) => readonly string[];
  /** Packages that only all changes together tell, with the evidence of both sides. */
  readonly index: IndexTools | 'by path';
  /** True for the paths that `index` needs. */
  readonly isIndexed: (path: string) => boolean;
}

type IndexTools = (
  changes: Iterable<PathChange>,
  before: Evidence,
  after: Evidence,
) => (path: string) => FoundTool | undefined;

export interface ToolPattern {
  readonly cause: ToolCause;
  /** Groups: `place`, and `name` or a fixed one, and perhaps `version`. No flags. */
  readonly path: RegExp;
  readonly name?: string;
  /** A small file that holds the version. `place`: the whole match of that group. */
  readonly versionFile?: (place: string, name: string) => string;
}

/** Without Debian's packages: dpkg's lists tell them. */
export type ToolCause = Exclude<PackageCause, 'apt' | 'apt-dependency'>;

/** The package or runtime of a path, as far as the path tells. */
export interface Tool {
  readonly cause: ToolCause;
  readonly name: string;
  /** The folder, which distinguishes two packages of one name. */
  readonly place: string;
  /** If the path names it. */
  readonly version?: string;
  /** A small file that holds the version. */
  readonly versionFile?: string;
}

/** A tool with the versions that both sides have of it. */
export interface FoundTool {
  readonly tool: Tool;
  readonly version?: string;
  readonly before?: string;
  /** If the package manager records it. */
  readonly origin?: PackageOrigin;
}

export interface Caches {
  /** Volumes that builders mount, shared by all projects of an engine. No layer has their content. */
  readonly volumes: readonly CacheVolume[];
  /** `NAME=value`, so that package managers in a workspace use the person's cache. They lock it themselves. */
  readonly variables: (cache: string, environment: Environment, home: string) => readonly string[];
}

export interface CacheVolume {
  readonly name: string;
  /** Absolute path of the mount. */
  readonly target: string;
  /** Workspaces mount it as well. */
  readonly inWorkspaces: boolean;
}

/** Of an ecosystem whose tools keep no caches and no records that devenv has to know. */
export const leavesNoTraces = { caches: { volumes: [], variables: () => [] }, excludes: [], records: [] };

/** Recognizes packages by their paths alone. */
export const recognizeByPath = (patterns: readonly ToolPattern[]): Recognition => ({
  patterns,
  evidence: () => [],
  index: 'by path',
  isIndexed: () => false,
});
