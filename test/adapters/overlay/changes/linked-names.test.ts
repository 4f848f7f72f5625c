import { describe, expect, it } from 'vitest';
import { EntryTable, type Entry } from '../../../../src/adapters/overlay/changes/entry-table.ts';
import { LinkedNames } from '../../../../src/adapters/overlay/changes/linked-names.ts';
import type { Row } from '../../../../src/adapters/overlay/helper/row.ts';
import { makeRow } from '../make-row.ts';

const row = (path: string, inode: number): Row => makeRow(path, { inode, size: 1 });
const entry = (kind: Entry['kind'], path: string, type = 'f'): Entry => ({ kind, path, type, size: 0, target: '' });

/** Of a copied file, others that did not change, and a table: what it comes to, a line each. */
function complete(copied: readonly Row[], unchanged: readonly Row[], entries: readonly Entry[]): string[] {
  const [names, table] = [new LinkedNames(), new EntryTable()];
  for (const each of copied) names.addCopied(each);
  for (const each of unchanged) names.addUnchanged(each);
  for (const each of entries) table.add(each);
  return [...names.complete(table)].map(({ kind, path }) => `${kind} ${path}`);
}

describe('LinkedNames', () => {
  const moved = [entry('hidden', 'a', ''), entry('added', 'c', 'd'), entry('added', 'c/x')];

  it('adds the other names of what is copied, in order, with the folders that lead to them', () => {
    const unchanged = [row('b/d/x', 7), row('c.x', 7), row('x', 7)];
    expect(complete([row('c/x', 7)], unchanged, moved)).toEqual([
      ...['hidden a', 'leading b', 'leading b/d', 'linked b/d/x'],
      ...['added c', 'added c/x', 'linked c.x', 'linked x'],
    ]);
  });

  it('leads through a folder once, and through none that is there already', () => {
    const unchanged = [row('c/d/1', 7), row('c/d/2', 7), row('c/e', 7)];
    expect(complete([row('c/x', 7)], unchanged, moved)).toEqual([
      ...['hidden a', 'added c', 'leading c/d', 'linked c/d/1', 'linked c/d/2', 'linked c/e', 'added c/x'],
    ]);
  });

  it('leaves files alone of which nothing is copied', () => {
    expect(complete([row('c/x', 7)], [row('b/x', 8)], moved)).toEqual(['hidden a', 'added c', 'added c/x']);
  });
});
