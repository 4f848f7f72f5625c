import type { PathChange } from '../model/container.ts';
import type { PackageCause, PackageOrigin } from '../model/drift.ts';
import type { Environment } from '../model/environment.ts';
import type { Evidence } from '../model/evidence.ts';

/** Packages or runtimes that a person may install by hand, whether or not devenv.yaml can declare them. */
export interface Ecosystem {
  /** The groups of a drift that it explains, and their titles: `npm packages`. */
  readonly causes: Readonly<Partial<Record<PackageCause, string>>>;
  readonly recognition: Recognition | 'none';
  readonly caches: Caches;
  /** Paths that no version keeps: caches, locks. Absolute. */
  readonly excludes: readonly RegExp[];
  /** Paths that its package manager writes about itself, besides what it installs. Absolute. */
  readonly records: readonly RegExp[];
}

/** An ecosystem that devenv.yaml cannot declare. */
export interface Undeclared extends Ecosystem {
  /** Why: `devenv.yaml has no list of Ruby gems`. */
  readonly reason: string;
}

/** How changed paths tell which package or runtime they belong to. */
export interface Recognition {
  /** What the path alone tells. */
  readonly patterns: readonly ToolPattern[];
  /** Small files whose text tells more about a changed path. */
  readonly evidence: (path: string, kind: PathChange['kind']) => readonly string[];
  /** What only the changes as a whole tell, with the evidence of both sides. */
  readonly index: IndexTools | 'by path';
  /** True for the paths that `index` has to be given. */
  readonly isIndexed: (path: string) => boolean;
}

export type IndexTools = (
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

/** Debian's packages are told by their own lists. */
export type ToolCause = Exclude<PackageCause, 'apt' | 'apt-dependency'>;

/** The package or runtime that a path is a part of, as far as the path itself tells. */
export interface Tool {
  readonly cause: ToolCause;
  readonly name: string;
  /** The folder that tells two packages of one name apart. */
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
  /** If the package manager notes that. */
  readonly origin?: PackageOrigin;
}

export interface Caches {
  /** Volumes that builders mount, shared by all projects of an engine: what is in them is in no layer. */
  readonly volumes: readonly CacheVolume[];
  /** `NAME=value`, by which package managers in a workspace use the person's cache. They lock it themselves. */
  readonly variables: (cache: string, environment: Environment, home: string) => readonly string[];
}

export interface CacheVolume {
  readonly name: string;
  /** Absolute path of the mount. */
  readonly target: string;
  /** Workspaces mount it, too. */
  readonly inWorkspaces: boolean;
}

/** Of an ecosystem whose tools keep no caches and no records that devenv has to know. */
export const leavesNoTraces = { caches: { volumes: [], variables: () => [] }, excludes: [], records: [] };

/** If the path alone tells. */
export const recognizeByPath = (patterns: readonly ToolPattern[]): Recognition => ({
  patterns,
  evidence: () => [],
  index: 'by path',
  isIndexed: () => false,
});
