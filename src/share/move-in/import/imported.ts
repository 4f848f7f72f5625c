import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Entry, Field, Value } from '../proposal.ts';

/** What another tool's file says, for devenv.yaml. */
export interface Imported {
  /** The name that the file gives; default: that of the folder. */
  readonly name?: string;
  readonly entries: readonly Entry[];
  /** Every field of the file. */
  readonly fields: readonly Field[];
}

/** The project around a file. */
export interface ImportWorld {
  /** Path of the file in the project. */
  readonly file: string;
  /** Name of the project's folder. */
  readonly folder: string;
  /** The text of another file of the project; absent if there is none. */
  readonly read: (path: string) => Promise<string | undefined>;
}

/** More than any file of a person has. */
const [mostEntries, mostFields] = [200, 2_000];

/** Collects entries and fields of one file. Throws CONFIG_INVALID for too many. */
export class Import {
  readonly entries: Entry[] = [];
  readonly fields: Field[] = [];
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** A field becomes a key; as an item, one more of a list. */
  map(field: string, path: string | readonly string[], value: Value, item = false): void {
    const keys = typeof path === 'string' ? path.split('.') : path;
    const from = sourceOf(this.file, field);
    this.entries.push({ path: keys, value, from, ...(item && { item: true }) });
    // The name of a Feature is that of the field.
    this.#say({ name: field, verdict: 'mapped', to: keys[0] === 'features' ? 'features' : keys.join('.') });
  }

  /** devenv reads what the field says where it is. */
  refer(field: string, to: string): void {
    this.#say({ name: field, verdict: 'reference', to });
  }

  /** It holds without a key. */
  skip(field: string, why: string): void {
    this.#say({ name: field, verdict: 'unneeded', to: why });
  }

  lose(field: string, why: string): void {
    this.#say({ name: field, verdict: 'unmapped', to: why });
  }

  /** A field with several values is named once for each key. */
  #say(field: Field): void {
    if (!this.fields.some((one) => one.name === field.name && one.to === field.to)) this.fields.push(field);
    if (this.entries.length <= mostEntries && this.fields.length <= mostFields) return;
    throw new DevenvError('CONFIG_INVALID', `${this.file} says more than devenv.yaml can hold.`, {
      at: this.file,
      hint: 'Take what is needed of it into devenv.yaml by hand.',
      state: 'Nothing was written.',
    });
  }
}

/** The source of an entry, by which its field is found again. */
export const sourceOf = (file: string, field: string): string => `${file} (${field})`;
