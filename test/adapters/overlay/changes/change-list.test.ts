import { expect, it } from 'vitest';
import { pathFromText } from '../../../../src/model/byte-path.ts';
import { ChangeList } from '../../../../src/adapters/overlay/changes/change-list.ts';
import type { UpperComparison } from '../../../../src/adapters/overlay/changes/compare-upper.ts';
import { EntryTable } from '../../../../src/adapters/overlay/changes/entry-table.ts';
import { UnkeptList } from '../../../../src/adapters/overlay/changes/unkept-list.ts';

const comparedOf = (entries: EntryTable): UpperComparison => ({
  ...{ began: '', entries, bytes: 0, changes: entries.count, leftOut: [], partial: false },
  ...{ dropped: { sockets: [], acls: [], attributes: [], times: 0 }, unkept: new UnkeptList('') },
});

function listOf(count: number): ChangeList {
  const entries = new EntryTable();
  for (let index = 0; index < count; index += 1) {
    const path = `opt/f${String(index).padStart(6, '0')}`;
    entries.add({ kind: 'added', type: 'f', path, size: index, target: '' });
  }
  return new ChangeList(comparedOf(entries));
}

it.each([3, 20_001])('can be gone through again after a part of it, and twice at once, with %d changes', (count) => {
  const changes = listOf(count);
  for (const { path } of changes) {
    expect(path).toBe('/opt/f000000');
    break;
  }
  const sizes: number[] = [];
  for (const one of changes) {
    if (one.size === 1) expect([...changes].map(({ size }) => size)).toHaveLength(count);
    sizes.push(one.size ?? -1);
  }
  expect(sizes).toEqual(Array.from({ length: count }, (_, index) => index));
});

it('says what happened to each, with the target of a link, and leaves out what only leads to others', () => {
  const entries = new EntryTable();
  entries.add({ kind: 'leading', type: 'd', path: 'opt', size: 0, target: '' });
  entries.add({ kind: 'changed', type: 'l', path: 'opt/caf\xc3\xa9', size: 0, target: '\xc3\xa9' });
  entries.add({ kind: 'hidden', type: '', path: 'opt/gone', size: 0, target: '' });
  entries.add({ kind: 'linked', type: 'f', path: 'opt/other', size: 1, target: '' });
  expect([...new ChangeList(comparedOf(entries))]).toEqual([
    { path: pathFromText('/opt/café'), kind: 'modified', size: 0, target: 'é' },
    { path: '/opt/gone', kind: 'deleted', size: 0 },
  ]);
});
