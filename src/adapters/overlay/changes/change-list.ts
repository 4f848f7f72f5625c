import { pathFromLatin1, showPath } from '../../../model/byte-path.ts';
import type { RawChange } from '../../../model/container.ts';
import type { Listing } from '../../../ports/changes.ts';
import { toPath, type Entry } from './entry-table.ts';
import type { UpperComparison } from './compare-upper.ts';

/** So few are kept once they were made. */
const few = 20_000;

/** What a comparison found, as changed paths; if there are many, made of its table each time that it is gone through. */
export class ChangeList implements Listing {
  readonly compared: UpperComparison;
  #begun = false;
  #kept: readonly RawChange[] | undefined;

  constructor(compared: UpperComparison) {
    this.compared = compared;
  }

  get began(): string {
    return this.compared.began;
  }

  [Symbol.iterator](): Iterator<RawChange> {
    const isFirst = !this.#begun;
    this.#begun = true;
    // Who comes first mostly looks at one or two: whether there is anything at all.
    if (isFirst || this.compared.entries.count > few) return this.#make();
    return (this.#kept ??= this.#makeAll()).values();
  }

  *#make(): Generator<RawChange, undefined> {
    for (const entry of this.compared.entries) if (isChange(entry)) yield toChange(entry);
  }

  #makeAll(): readonly RawChange[] {
    const all: RawChange[] = [];
    for (const entry of this.compared.entries) if (isChange(entry)) all.push(toChange(entry));
    return all;
  }
}

const isChange = ({ kind }: Entry): boolean => kind !== 'leading' && kind !== 'linked';

function toChange({ kind: how, path: name, type, size, target }: Entry): RawChange {
  const path = toPath(name);
  const kind = how === 'hidden' ? 'deleted' : how === 'changed' ? 'modified' : 'added';
  if (type !== 'l') return { path, kind, size };
  return { path, kind, size, target: showPath(pathFromLatin1(target)) };
}
