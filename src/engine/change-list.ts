import type { PathChange } from '../model/container.ts';
import type { UpperComparison } from './compare-upper.ts';

/** So few are kept once they were made. */
const few = 20_000;

/** What a comparison found, as paths for people; where there are many, made of its table each time that it is gone through. */
export class ChangeList implements Iterable<PathChange> {
  /** As they were compared. */
  readonly entries: UpperComparison['entries'];
  readonly #kept: PathChange[] = [];
  readonly #rest = this.#make();

  constructor({ entries }: Pick<UpperComparison, 'entries'>) {
    this.entries = entries;
  }

  *[Symbol.iterator](): Generator<PathChange> {
    if (this.entries.count > few) return yield* this.#make();
    for (let at = 0; ; at += 1) {
      const known = this.#kept[at];
      const change = known ?? this.#rest.next().value;
      if (change === undefined) return;
      if (known === undefined) this.#kept.push(change);
      yield change;
    }
  }

  *#make(): Generator<PathChange, undefined> {
    for (const { kind, path, type, size, target } of this.entries) {
      if (kind === 'leading' || kind === 'linked') continue;
      const change = kind === 'hidden' ? 'deleted' : kind === 'changed' ? 'modified' : 'added';
      yield {
        ...{ path: toText(path), kind: change, size },
        ...(type === 'l' && { target: Buffer.from(target, 'latin1').toString('utf8') }),
      };
    }
  }
}

/** Absolute, as people read it. Few names have other than ASCII characters. */
export const toText = (path: string): string =>
  /[^\0-\x7f]/.test(path) ? Buffer.from(`/${path}`, 'latin1').toString('utf8') : `/${path}`;
