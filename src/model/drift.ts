import type { PathChange } from './container.ts';

/** What a workspace has that its version has not, sorted by what brought it. */
export interface Drift {
  /** Number of the version that the workspace was compared with. */
  readonly version: number;
  /** `list`: only the names of changed paths could be read, because the workspace does not run. */
  readonly seen: 'content' | 'list';
  /** Paths that a commit would keep; noise is not among them. */
  readonly paths: number;
  /** Bytes of those paths; absent where they could not be measured. */
  readonly bytes?: number;
  /** True where a commit would hide files of the versions below, records of package managers aside. */
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

/** Asked for by a person, or pulled in by such a package; then other ecosystems; then whole runtimes. */
export type PackageCause = 'apt' | 'apt-dependency' | 'npm' | 'pip' | 'cargo' | 'gem' | 'go' | 'runtime';

/**
 * `package-files`: changed by hand although a package owns them. `records`:
 * what package managers and the system write about themselves. `noise`: what
 * no version keeps.
 */
export type PathCause = 'package-files' | 'etc' | 'usr-local' | 'opt' | 'other' | 'records' | 'noise';

export type Cause = DriftGroup['cause'];
export type DriftItem = DriftGroup['items'][number];

interface GroupHead<C extends string> {
  readonly cause: C;
  /** For people. */
  readonly title: string;
  /** Number of items. */
  readonly count: number;
  /** Changed paths of all items. */
  readonly paths: number;
  readonly bytes?: number;
}

interface ItemBase {
  /** What there is to see; unique within a group. */
  readonly name: string;
  readonly change: ItemChange;
  readonly paths: number;
  readonly bytes?: number;
  /** Absent where nobody asked for them. */
  readonly files?: DriftFiles;
}

export type ItemChange = 'added' | 'removed' | 'changed';

export interface PackageItem extends ItemBase {
  readonly kind: 'package';
  /** Exact; absent where it was removed or is not known. */
  readonly version?: string;
  /** The version before, where that is another. */
  readonly before?: string;
  /** Where it lies, for ecosystems that have several places: `/usr/local/lib/node_modules`. */
  readonly place?: string;
  /**
   * If its package manager notes that: a `person` asked for it, it was pulled
   * in by another package, or it came from a `file` or an address and not from an index.
   */
  readonly origin?: PackageOrigin;
}

export type PackageOrigin = 'person' | 'dependency' | 'file';

/**
 * A path, or a folder with everything below it that is new; then `name` ends
 * with `/`. Where a group would have thousands of them, the rest is told of by
 * the folders in which it lies.
 */
export interface PathItem extends ItemBase {
  readonly kind: 'path';
  /** The package that owns it. */
  readonly package?: string;
}

export interface AccountItem extends ItemBase {
  readonly kind: 'user' | 'group';
}

/** A variable of a shell profile. Its value is never kept: it may be a secret. */
export interface VariableItem extends ItemBase {
  readonly kind: 'variable';
  readonly profile: string;
}

export interface ServiceItem extends ItemBase {
  readonly kind: 'service';
  /** The package that brought it. */
  readonly package?: string;
}

/** There may be a million: a list to go through. */
export interface DriftFiles extends Iterable<DriftFile> {
  readonly length: number;
}

export interface DriftFile {
  readonly path: string;
  readonly change: PathChange['kind'];
  /** 0 for what is deleted; absent where it could not be measured. */
  readonly bytes?: number;
}
