import type { Items } from '../model/item.ts';
import type { Pins } from './pins.ts';

/** A package, program or archive that an image holds. */
export interface Component {
  /** Type of a package URL: `deb`, `npm`, `pypi`, `generic`, and so on. */
  readonly type: string;
  /** With its namespace: `@scope/name`, `vendor/name`. */
  readonly name: string;
  readonly version?: string;
  /** Debian's word for the processor; absent for the image's own. */
  readonly architecture?: string;
  /** Hex digits, of the file that it was downloaded as. */
  readonly sha256?: string;
  /** Where it was downloaded from. */
  readonly source?: string;
}

/** How a bill of materials finds what a provider installs. */
export interface Billing {
  /** From what is known of a version. */
  readonly known: (facts: KnownFacts) => readonly Component[];
  /** From files of its image, whoever installed them. */
  readonly files: readonly BilledFile[];
}

interface KnownFacts {
  /** What the probe found in the image. */
  readonly installed: Pins;
  /** What the version declares, of this provider. */
  readonly items: Items;
  /** Of the lock; empty for a version that is not the current one. */
  readonly pins: Pins;
  /** Of the image, as Debian names it. */
  readonly architecture: string;
}

/** A file or folder that tells of one package. Texts and paths are the image's word: `read` must not throw. */
export interface BilledFile {
  /** Its name, as a pattern of `find -name`. */
  readonly name: string;
  /** The whole path. */
  readonly path: RegExp;
  /** Whether `text` is its content; else it is empty. */
  readonly reads: boolean;
  readonly read: (path: string, text: string) => Component | undefined;
}

export const billsNothing: Billing = { known: () => [], files: [] };

/** What the probe finds, under one type of package URL. */
export const billInstalled = (type: string): Billing => ({
  known: ({ installed }) => Object.entries(installed).map(([name, version]) => ({ type, name, version })),
  files: [],
});

/** Packages that one kind of file tells of. */
export const billFiles = (...files: readonly BilledFile[]): Billing => ({ known: () => [], files });
