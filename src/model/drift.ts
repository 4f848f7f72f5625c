import type { PathChange } from './container.ts';

/** The uncommitted changes of a workspace, grouped by cause. */
export interface Drift {
  /** Number of the version that the workspace was compared with. */
  readonly version: number;
  /** `list`: only the names of changed paths are known, because the workspace is stopped. */
  readonly seen: 'content' | 'list';
  /** Paths that a commit would keep, without noise. */
  readonly paths: number;
  /** Bytes of these paths; absent if unknown. */
  readonly bytes?: number;
  /** True if a commit would hide files of earlier versions, other than records of package managers. */
  readonly deletes: boolean;
  /** Largest first; noise last. */
  readonly groups: readonly DriftGroup[];
}

export type DriftGroup =
  | (GroupHead<PackageCause> & { readonly items: readonly PackageItem[] })
  | (GroupHead<PathCause> & { readonly items: readonly PathItem[] })
  | (GroupHead<'accounts'> & { readonly items: readonly AccountItem[] })
  | (GroupHead<'environment'> & { readonly items: readonly VariableItem[] })
  | (GroupHead<'services'> & { readonly items: readonly ServiceItem[] });

/** Debian packages that a person installed, their dependencies, their repositories and preferences, packages of other ecosystems, and runtimes. */
export type PackageCause =
  | 'apt'
  | 'apt-dependency'
  | 'repository'
  | 'preference'
  | 'npm'
  | 'pip'
  | 'pipx'
  | 'cargo'
  | 'composer'
  | 'gem'
  | 'go'
  | 'runtime';

/**
 * `package-files`: files of a package that were changed by hand. `records`:
 * databases of package managers and the system. `noise`: paths that no version
 * keeps.
 */
export type PathCause = 'package-files' | 'etc' | 'usr-local' | 'opt' | 'other' | 'records' | 'noise';

export type Cause = DriftGroup['cause'];
export type DriftItem = DriftGroup['items'][number];

interface GroupHead<C extends string> {
  readonly cause: C;
  /** For people. */
  readonly title: string;
  /** For people: how devenv.yaml could declare such paths. */
  readonly advice?: string;
  /** Number of items. */
  readonly count: number;
  /** Changed paths of all items. */
  readonly paths: number;
  readonly bytes?: number;
}

interface ItemBase {
  /** Shown to people; unique within a group. */
  readonly name: string;
  readonly change: ItemChange;
  readonly paths: number;
  readonly bytes?: number;
  /** Absent unless requested. */
  readonly files?: DriftFiles;
}

export type ItemChange = 'added' | 'removed' | 'changed';

export interface PackageItem extends ItemBase {
  readonly kind: 'package';
  /** Exact; absent if it was removed or is unknown. */
  readonly version?: string;
  /** The version before, if it differs. */
  readonly before?: string;
  /** Folder, for ecosystems with several: `/usr/local/lib/node_modules`. */
  readonly place?: string;
  /**
   * If its package manager records it: a `person` requested it, another package
   * depends on it, or it came from a `file` or address and not from an index.
   */
  readonly origin?: PackageOrigin;
  /** Packages came with it that are only recommended. */
  readonly recommends?: boolean;
  /** Whether apt leaves it as it is; absent if that did not change. */
  readonly held?: boolean;
}

export type PackageOrigin = 'person' | 'dependency' | 'file';

/**
 * A path, or a new folder with all of its content: then `name` ends with `/`.
 * In a group with thousands of items, folders stand for the rest.
 */
interface PathItem extends ItemBase {
  readonly kind: 'path';
  /** The package that owns it. */
  readonly package?: string;
}

interface AccountItem extends ItemBase {
  readonly kind: 'user' | 'group';
}

/** A variable of a shell profile, without its value, which may be a secret. */
interface VariableItem extends ItemBase {
  readonly kind: 'variable';
  readonly profile: string;
}

interface ServiceItem extends ItemBase {
  readonly kind: 'service';
  /** The package that it belongs to. */
  readonly package?: string;
}

/** An iterable: there may be a million. */
export interface DriftFiles extends Iterable<DriftFile> {
  readonly length: number;
}

export interface DriftFile {
  readonly path: string;
  readonly change: PathChange['kind'];
  /** 0 if deleted; absent if unknown. */
  readonly bytes?: number;
}
