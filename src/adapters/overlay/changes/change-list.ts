import type { PathChange } from '../../../model/container.ts';
import type { Listing } from '../../../ports/changes.ts';
import type { Entry } from './entry-table.ts';
import type { UpperComparison } from './compare-upper.ts';

/** So few are kept once they were made. */
const few = 20_000;

/** What a comparison found, as paths for people; where there are many, made of its table each time that it is gone through. */
export class ChangeList implements Listing {
  readonly compared: UpperComparison;
  #begun = false;
  #kept: readonly PathChange[] | undefined;

  constructor(compared: UpperComparison) {
    this.compared = compared;
  }

  get began(): string {
    return this.compared.began;
  }

  [Symbol.iterator](): Iterator<PathChange> {
    const isFirst = !this.#begun;
    this.#begun = true;
    // Who comes first mostly looks at one or two: whether there is anything at all.
    if (isFirst || this.compared.entries.count > few) return this.#make();
    return (this.#kept ??= this.#makeAll()).values();
  }

  *#make(): Generator<PathChange, undefined> {
    for (const entry of this.compared.entries) if (isChange(entry)) yield toChange(entry);
  }

  #makeAll(): readonly PathChange[] {
    const all: PathChange[] = [];
    for (const entry of this.compared.entries) if (isChange(entry)) all.push(toChange(entry));
    return all;
  }
}

const isChange = ({ kind }: Entry): boolean => kind !== 'leading' && kind !== 'linked';

function toChange({ kind: how, path: name, type, size, target }: Entry): PathChange {
  const path = toText(name);
  const kind = how === 'hidden' ? 'deleted' : how === 'changed' ? 'modified' : 'added';
  if (type !== 'l') return { path, kind, size };
  return { path, kind, size, target: Buffer.from(target, 'latin1').toString('utf8') };
}

/** Absolute, as people read it. Few names have other than ASCII characters. */
export const toText = (path: string): string =>
  /[^\0-\x7f]/.test(path) ? Buffer.from(`/${path}`, 'latin1').toString('utf8') : `/${path}`;
