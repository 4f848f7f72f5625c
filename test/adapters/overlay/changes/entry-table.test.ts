import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryTable, type Entry } from '../../../../src/adapters/overlay/changes/entry-table.ts';

const text = (most: number) =>
  fc.string({ unit: fc.integer({ min: 1, max: 255 }).map((byte) => String.fromCharCode(byte)), maxLength: most });

describe('EntryTable', () => {
  it('gives back what was put into it, in that order, as often as it is asked', () => {
    const entry = fc.record({
      kind: fc.constantFrom<Entry['kind']>('added', 'changed', 'leading', 'hidden', 'socket', 'linked'),
      type: fc.constantFrom('', 'f', 'd', 'l', 'p', 's', 'b', 'c', 'w'),
      path: text(300),
      size: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      target: text(60),
    });
    const layered = fc.tuple(entry, fc.option(fc.nat(300))).map(([each, layer]): Entry => {
      return layer === null ? each : { ...each, layer };
    });
    fc.assert(
      fc.property(fc.array(layered, { maxLength: 50 }), (entries) => {
        const table = new EntryTable();
        for (const each of entries) table.add(each);
        expect(table.count).toBe(entries.length);
        expect([...table]).toEqual(entries);
        expect([...table]).toEqual(entries);
      }),
    );
  });

  it('holds paths that are longer than a piece of it', () => {
    const table = new EntryTable();
    const [long, longer] = ['x'.repeat(300_000), `${'x'.repeat(300_000)}/y`];
    for (const path of ['a', long, longer]) table.add({ kind: 'added', type: 'f', path, size: 1, target: '' });
    expect([...table].map(({ path }) => path)).toEqual(['a', long, longer]);
  });
});
