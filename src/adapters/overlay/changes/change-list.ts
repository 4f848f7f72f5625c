import { pathFromLatin1, showPath } from '../../../model/byte-path.ts';
import type { RawChange } from '../../../model/container.ts';
import type { Listing } from '../../../ports/changes.ts';
import { toPath, type Entry } from './entry-table.ts';
import type { UpperComparison } from './compare-upper.ts';

/** Up to this number, changes are kept for the next iteration. */
const few = 20_000;

/** The changed paths of a comparison. If there are many, each iteration makes them from its table. */
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
    // The first caller mostly asks whether there is any change, and reads no more.
    if (isFirst || this.compared.entries.count > few) return this.#make();
    return (this.#kept ??= [...this.#make()]).values();
  }

  *#make(): Generator<RawChange, undefined> {
    for (const entry of this.compared.entries) if (isChange(entry)) yield toChange(entry);
  }
}

const isChange = ({ kind }: Entry): boolean => kind !== 'leading' && kind !== 'linked';

function toChange({ kind: how, path: name, type, size, target }: Entry): RawChange {
  const kind = how === 'hidden' ? 'deleted' : how === 'changed' ? 'modified' : 'added';
  const change = { path: toPath(name), kind, size, ...(how === 'socket' && { unkept: true as const }) } as const;
  return type === 'l' ? { ...change, target: showPath(pathFromLatin1(target)) } : change;
}
