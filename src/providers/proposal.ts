import type { PackageItem } from '../model/drift.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Items } from '../model/item.ts';
import type { Pins } from './pins.ts';

export interface Proposal {
  /** `asked`: the items of devenv.yaml. */
  readonly declare: (found: FoundPackage, pin: PinStyle, asked: Items) => Declared;
  /** True for a package that came only as a dependency. */
  readonly isPulledIn: (item: PackageItem, cause: string) => boolean;
  /** Exact versions in a workspace, from evidence and drift. */
  readonly installed: (items: readonly PackageItem[], after: Evidence) => Pins;
  /** How packages were asked for, as the package manager logged it. */
  readonly requests: RequestLog | 'none';
}

export interface RequestLog {
  /** Prints the log in a workspace, with the environment of its commands. */
  readonly argv: readonly string[];
  readonly parse: (stdout: string) => InstallRequests;
}

export interface InstallRequests {
  /** Name → version, of packages that a person asked for by version. */
  readonly pinned: ReadonlyMap<string, string>;
  /** Name → the package that recommends it, of packages that a build does not install by itself. */
  readonly recommended: ReadonlyMap<string, string>;
  /** Name → how devenv.yaml declares it, if only files of the workspace tell. */
  readonly declared?: ReadonlyMap<string, Declared>;
}

/** `none`: the newest; the lock has the version. `minor`: as `none` if the ecosystem has no ranges. */
export type PinStyle = 'exact' | 'minor' | 'none';

export interface FoundPackage {
  readonly item: PackageItem;
  /** Exact. */
  readonly version: string;
  /** The value of its item if it is declared. */
  readonly declared: string | undefined;
  /** True if a person asked for exactly this version. */
  readonly pinned: boolean;
  /** As files of the workspace tell. */
  readonly told?: Declared | undefined;
}

export type Declared =
  | { readonly kind: 'item'; readonly id: string; readonly value: string }
  /** For people: `its name is unusual`. */
  | { readonly kind: 'opaque'; readonly reason: string };
