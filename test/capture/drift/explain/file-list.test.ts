import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileList } from '../../../../src/capture/drift/explain/file-list.ts';
import type { DriftFile } from '../../../../src/model/drift.ts';

const file = fc.record<DriftFile, 'path' | 'change'>(
  {
    path: fc
      .array(fc.oneof(fc.constantFrom('a', 'b', ' ', '1 2', '\n'), fc.string({ unit: 'binary', minLength: 1 })))
      // No name holds it.
      .map((names) => `/${names.join('/').replaceAll('\0', '')}`),
    change: fc.constantFrom('added', 'modified', 'deleted'),
    bytes: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
  },
  { requiredKeys: ['path', 'change'] },
);

describe('FileList', () => {
  it('gives back what was put into it, as often as it is asked', () => {
    fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 60 }), (files, times) => {
        const all = Array.from({ length: times }, () => files).flat();
        const list = new FileList();
        for (const each of all) list.push(each);
        expect(list.length).toBe(all.length);
        expect([...list]).toEqual(all);
        expect([...list]).toEqual(all);
      }),
    );
  });
});
