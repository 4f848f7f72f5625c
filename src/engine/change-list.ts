import type { PathChange } from '../model/container.ts';
import type { UpperComparison } from './compare-upper.ts';

/** What a comparison found, as paths for people; made of its table each time that it is gone through. */
export class ChangeList implements Iterable<PathChange> {
  /** As they were compared. */
  readonly entries: UpperComparison['entries'];

  constructor({ entries }: Pick<UpperComparison, 'entries'>) {
    this.entries = entries;
  }

  *[Symbol.iterator](): Generator<PathChange> {
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
