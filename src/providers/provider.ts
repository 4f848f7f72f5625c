import type { Fragment } from './fragment.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { PackageItem } from '../model/drift.ts';
import type { Environment } from '../model/environment.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';
import { leavesNoTraces, type Ecosystem } from './ecosystem.ts';

/**
 * Everything about one kind of entry of devenv.yaml: data and pure functions.
 * A provider runs nothing; it says what would have to be run. Each part has to
 * be there: a provider without one says so by `none` or an empty list.
 */
export interface Provider extends Ecosystem {
  /** Item ids are `name` or `name:…`; the lock's pins are filed under it. */
  readonly name: string;
  /** Keys of devenv.yaml → what may stand behind them, with the words for errors and documentation. */
  readonly schema: Readonly<Partial<Record<SchemaKey, Fragment>>>;
  readonly declaration: Declaration;
  /** The value of an item for people; empty if it says nothing to them. */
  readonly describe: (value: string) => string;
  /** Paths of project files whose content shapes the image. */
  readonly inputs: (environment: Environment) => readonly string[];
  /**
   * What the environment asks of this provider. `hashes`: project path →
   * sha256 of its content. Throws CONFIG_INVALID for text that may not reach a command.
   */
  readonly items: (environment: Environment, hashes: Readonly<Record<string, string>>) => Items;
  /**
   * Brings an image that has `recorded` to `wanted`; items of this provider
   * only, removals included. `rebuild` if that cannot be done on top.
   */
  readonly plan: (wanted: Items, recorded: Items, environment: Environment, pins: Pins) => readonly Step[] | Rebuild;
  /** How to ask an image what it has. */
  readonly probe: Probe | 'none';
  /** What the lock keeps of `known` and of what was found in the image, for the items of this provider. */
  readonly pins: (wanted: Items, known: Pins, installed: Pins) => Pins;
  /** Where packages came from, as far as the lock has to keep it beyond their versions: hashes. */
  readonly origins: Origins | 'none';
  /** What its steps take from the configuration of this machine. In no image, and no part of a step's identity. */
  readonly settings: Settings | 'none';
  /** What devenv.yaml would say of packages that a person installed by hand. */
  readonly proposal: Proposal | 'none';
  /** Which versions the sources of an image have. */
  readonly sources: Sources | 'none';
  /** Whether a person may have packages of it in personal.yaml. */
  readonly personal: PersonalLayer | 'none';
  /** What carrying changes over to another version needs besides the files. */
  readonly carry: SharedRecord | 'files alone';
  readonly rebuild: Rebuilding;
}

/** `packages.…` and `tools.…` are there for every provider; another key of the file has a place in scripts/schema. */
export type SchemaKey = `packages.${string}` | `tools.${string}` | 'files' | 'run' | 'user';

/** How devenv.yaml says an item. */
export type Declaration =
  /** As an entry of `packages.NAME`. */
  | {
      readonly kind: 'list';
      readonly parse: (entry: string) => { readonly name: string; readonly value: string };
      readonly print: (name: string, value: string) => string;
    }
  /** As the value of one key. `unset`: what a person has to do if the key cannot simply go. */
  | { readonly kind: 'key'; readonly path: readonly string[]; readonly unset: 'remove' | { readonly byHand: string } }
  /** An item does not say all that the file has to: in words for a person. */
  | {
      readonly kind: 'by hand';
      readonly set: (name: string, value: string) => string;
      readonly unset: (name: string) => string;
    };

export interface Probe {
  readonly argv: readonly string[];
  /** stdout → name → exact version. Hostile text: never trusted, never thrown at. */
  readonly parse: (stdout: string) => Readonly<Record<string, string>>;
}

/**
 * Exact versions to use if the lock pins them: name → version. Empty: the
 * newest that fits. Pins that do not fit what is wanted are not used.
 */
export type Pins = Readonly<Record<string, string>>;

export interface Rebuild {
  readonly kind: 'rebuild';
  /** For people: `run entry "protoc" was removed`. */
  readonly cause: string;
}

export interface Origins {
  /** Asks an image what its steps noted. The answer counts as known when pins are made. */
  readonly probe: Probe;
  /** Asks the sources, from inside a workspace, about packages that a person installed there. stdout as for `probe`. */
  readonly trace: (packages: readonly { readonly name: string; readonly version: string }[]) => readonly string[];
}

export interface Settings {
  /** Files of this machine, those that win first. `~` stands for the home folder, `$NAME` at the start for a variable. */
  readonly files: readonly string[];
  /** `texts`: of the files that exist, in their order. Throws USAGE. */
  readonly resolve: (
    variables: Readonly<Record<string, string | undefined>>,
    texts: readonly string[],
  ) => {
    /** The environment of its programs. */
    readonly env: Readonly<Record<string, string>>;
    /** For people: what of the configuration is left out, and why. */
    readonly notes: readonly string[];
  };
}

export interface Proposal {
  /** `asked`: the items of devenv.yaml. */
  readonly declare: (found: FoundPackage, pin: PinStyle, asked: Items) => Declared;
  /** True for a package that only came because another one needs it. */
  readonly isPulledIn: (item: PackageItem, cause: string) => boolean;
  /** Exact versions in a workspace, as far as evidence and drift tell them. */
  readonly installed: (items: readonly PackageItem[], after: Evidence) => Pins;
}

/** `none`: the newest, and the lock holds the version. `minor`: as `none` if the ecosystem has no ranges. */
export type PinStyle = 'exact' | 'minor' | 'none';

export interface FoundPackage {
  readonly item: PackageItem;
  /** Exact. */
  readonly version: string;
  /** The value of its item, if it is declared already. */
  readonly declared: string | undefined;
}

export type Declared =
  | { readonly kind: 'item'; readonly id: string; readonly value: string }
  /** For people: `its name is unusual`. */
  | { readonly kind: 'opaque'; readonly reason: string };

export interface Sources {
  /** The exact versions that a failed step asked for in vain, out of its output. */
  readonly missing: (output: readonly string[]) => readonly MissingVersion[];
  /** The packages, as the output of a failed step names them, whose content has another digest than it should have. */
  readonly mismatched: (output: readonly string[]) => readonly string[];
  /** Asks an image which versions its sources have. Absent: the output says it. */
  readonly question?: {
    readonly argv: (names: readonly string[]) => readonly string[];
    /** stdout → name → versions, each once. */
    readonly parse: (stdout: string) => ReadonlyMap<string, readonly string[]>;
    /** A package of every source: if even that is not found, nothing is known. */
    readonly witness: string;
  };
  /** The best to offer in place of a version that is gone. */
  readonly nearest: (wanted: string, available: readonly string[]) => string | undefined;
}

export interface MissingVersion {
  readonly name: string;
  readonly version: string;
  /** Versions that there are, if the output tells. */
  readonly available?: readonly string[];
}

/** Lines of shell around the steps that lay a person's packages on a version. `$d`: a folder that no layer keeps. */
export interface PersonalLayer {
  /** Before: keeps what has to be put back. */
  readonly keep: string;
  /** After: makes the package manager's records those of the version again. */
  readonly restore: string;
  /** Folders whose changes are the package manager's own, absolute. */
  readonly own: readonly string[];
}

/** A file in which all packages are written down: if both sides changed it, only one of the two can stay. */
export interface SharedRecord {
  readonly path: string;
  /** Prints the files of packages, one a line. Without their record these files would belong to no package. */
  readonly listFiles: (names: readonly string[]) => readonly string[];
}

export interface Rebuilding {
  /** Paths that every build writes differently although the same was installed. */
  readonly generated: readonly RegExp[];
  /** Which package a path belongs to: by the path, or by asking an image; then path → name. One character per byte. */
  readonly owners:
    | { readonly kind: 'by path'; readonly find: (path: BytePath) => string | undefined }
    | {
        readonly kind: 'question';
        readonly argv: readonly string[];
        readonly parse: (stdout: string) => ReadonlyMap<string, string>;
      };
}

/** The parts of a provider that installs no packages by a package manager. */
export const withoutPackages = {
  probe: 'none',
  pins: () => ({}),
  origins: 'none',
  settings: 'none',
  causes: {},
  recognition: 'none',
  proposal: 'none',
  sources: 'none',
  ...leavesNoTraces,
  personal: 'none',
  carry: 'files alone',
  rebuild: { generated: [], owners: { kind: 'by path', find: () => undefined } },
} satisfies Partial<Provider>;
