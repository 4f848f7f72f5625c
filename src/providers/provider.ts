import type { Fragment } from './fragment.ts';
import type { BytePath } from '../model/byte-path.ts';
import type { PathCause } from '../model/drift.ts';
import type { Environment } from '../model/environment.ts';
import type { Items } from '../model/item.ts';
import type { Step } from '../model/plan.ts';
import { billsNothing, type Billing } from './billing.ts';
import { leavesNoTraces, type Ecosystem } from './ecosystem.ts';
import type { Proposal } from './proposal.ts';
import type { Pins } from './pins.ts';
import type { Sources } from './sources.ts';

/**
 * Everything about one kind of entry of devenv.yaml: data and pure functions.
 * A provider runs nothing; it returns what to run. No part is optional: `none`
 * or an empty list means that it does not apply.
 */
export interface Provider extends Ecosystem {
  /** Item ids are `name` or `name:…`; the lock has its pins under this name. */
  readonly name: string;
  /** Keys of devenv.yaml → their schema, with the words for errors and documentation. */
  readonly schema: Readonly<Partial<Record<SchemaKey, Fragment>>>;
  readonly declaration: Declaration;
  /** The value of an item for people; may be empty. */
  readonly describe: (value: string) => string;
  /** Paths of project files whose content shapes the image. */
  readonly inputs: (environment: Environment) => readonly string[];
  /**
   * Its items. `hashes`: project path → sha256 of the content. Throws
   * CONFIG_INVALID for text that must not reach a command.
   */
  readonly items: (environment: Environment, hashes: Readonly<Record<string, string>>) => Items;
  /**
   * Plans the steps from `recorded` to `wanted`, items of this provider only,
   * with removals. `rebuild` if they cannot run on top of the image.
   */
  readonly plan: (wanted: Items, recorded: Items, environment: Environment, pins: Pins) => readonly Step[] | Rebuild;
  /** How to ask an image for its packages. */
  readonly probe: Probe | 'none';
  /** What the lock keeps of `known` and of what is installed in the image, for the items of this provider. */
  readonly pins: (wanted: Items, known: Pins, installed: Pins) => Pins;
  readonly bill: Billing;
  /** Facts beyond versions that the lock keeps: hashes. */
  readonly origins: Origins | 'none';
  /** What its steps use of the configuration of this machine. In no image and in no step key. */
  readonly settings: Settings | 'none';
  /** Groups of paths that a person made → how devenv.yaml could declare them, as a sentence. */
  readonly advice: Readonly<Partial<Record<PathCause, Advice>>>;
  /** How devenv.yaml declares packages that a person installed by hand. */
  readonly proposal: Proposal | 'none';
  /** Which versions the sources of an image have. */
  readonly sources: Sources | 'none';
  /** For packages in a personal.yaml. */
  readonly personal: PersonalLayer | 'none';
  /** What carrying over needs besides the files. */
  readonly carry: SharedRecord | 'files alone';
  readonly rebuild: Rebuilding;
}

export interface Advice {
  readonly text: string;
  /** Only for a group with such a path. Default: for any. */
  readonly path?: RegExp;
}

/** Each provider may have `packages.…` and `tools.…`; another key needs a place in scripts/schema. */
export type SchemaKey =
  | `packages.${string}`
  | `tools.${string}`
  | 'venvs'
  | 'repositories'
  | 'apt_preferences'
  | 'features'
  | 'feature_order'
  | 'downloads'
  | 'files'
  | 'run'
  | 'user';

/** Keys with text or lists of text; `name` is the name of the item. */
export type EntryValue = Readonly<Record<string, string | readonly string[]>>;

/** How devenv.yaml declares an item. */
export type Declaration =
  /** As an entry of `packages.NAME`. */
  | {
      readonly kind: 'list';
      readonly parse: (entry: string) => { readonly name: string; readonly value: string };
      readonly print: (name: string, value: string) => string;
    }
  /** As the value of one key, by the name of the item. `unset`: what a person has to do if the key cannot simply be removed. */
  | {
      readonly kind: 'key';
      readonly path: (name: string) => readonly string[];
      readonly unset: 'remove' | { readonly byHand: string };
    }
  /** As a map in the list of one key. Undefined: an item does not hold everything that the file needs. */
  | {
      readonly kind: 'entry';
      readonly key: 'repositories';
      readonly print: (name: string, value: string) => EntryValue | undefined;
      /** Words for a person. */
      readonly set: (name: string, value: string) => string;
    }
  /** An item does not hold everything that the file needs: words for a person. */
  | {
      readonly kind: 'by hand';
      readonly set: (name: string, value: string) => string;
      readonly unset: (name: string) => string;
    };

export interface Probe {
  readonly argv: readonly string[];
  /** stdout → name → exact version. The text is untrusted; must not throw. */
  readonly parse: (stdout: string) => Readonly<Record<string, string>>;
}

export interface Rebuild {
  readonly kind: 'rebuild';
  /** For people: `run entry "protoc" was removed`. */
  readonly cause: string;
}

interface Origins {
  /** Reads the notes of steps in an image. They count as known pins. */
  readonly probe: Probe;
  /** argv, run in a workspace: asks the sources about packages that a person installed there. stdout as for `probe`. */
  readonly trace: (packages: readonly { readonly name: string; readonly version: string }[]) => readonly string[];
}

export interface Settings {
  /** Files of this machine, in order of precedence. `~` stands for the home folder, `$NAME` at the start for a variable. */
  readonly files: readonly string[];
  /**
   * `texts`: of the files that exist, in their order. `mayLogIn`: the person lets
   * build steps use the logins of this machine for it. Throws USAGE.
   */
  readonly resolve: (
    variables: Readonly<Record<string, string | undefined>>,
    texts: readonly string[],
    mayLogIn?: boolean,
  ) => {
    /** The environment of its programs. */
    readonly env: Readonly<Record<string, string>>;
    /** Parts of these values that no output may show. */
    readonly secrets: readonly string[];
    /** For people: what of the configuration is left out, and why. */
    readonly notes: readonly string[];
  };
}

/** Lines of shell around the steps that install personal packages on a version. `$d`: a folder that is in no layer. */
export interface PersonalLayer {
  /** Before: copies the records. */
  readonly keep: string;
  /** After: restores the package manager's records of the version. */
  readonly restore: string;
  /** Absolute paths of folders that only the package manager changes. */
  readonly own: readonly string[];
}

/** A file with the records of all packages: if both sides changed it, only one can stay. */
export interface SharedRecord {
  readonly path: string;
  /** argv that prints the files of packages, one a line: without their record they would belong to no package. */
  readonly listFiles: (names: readonly string[]) => readonly string[];
}

interface Rebuilding {
  /** Paths that every build writes differently. */
  readonly generated: readonly RegExp[];
  /** The package of a path: by the path, or by a question to an image (path → name; one character is one byte). */
  readonly owners:
    | { readonly kind: 'by path'; readonly find: (path: BytePath) => string | undefined }
    | {
        readonly kind: 'question';
        readonly argv: readonly string[];
        readonly parse: (stdout: string) => ReadonlyMap<string, string>;
      };
}

/** No path belongs to a package. */
export const noOwners: Rebuilding['owners'] = { kind: 'by path', find: () => undefined };

/** The parts of a provider that installs no packages by a package manager. */
export const withoutPackages = {
  describe: () => '',
  inputs: () => [],
  probe: 'none',
  bill: billsNothing,
  pins: () => ({}),
  origins: 'none',
  settings: 'none',
  causes: {},
  recognition: 'none',
  advice: {},
  proposal: 'none',
  sources: 'none',
  ...leavesNoTraces,
  personal: 'none',
  carry: 'files alone',
  rebuild: { generated: [], owners: noOwners },
} satisfies Partial<Provider>;
