import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseEvidence } from '../../../src/capture/drift/read-evidence.ts';

const word = fc.string({ minLength: 1 }).map((text) => text.replaceAll('\0', '') || 'x');

describe('parseEvidence', () => {
  it('reads back files with any content, paths with any name', () => {
    fc.assert(
      fc.property(fc.dictionary(word, word), fc.dictionary(word, fc.nat()), (files, sizes) => {
        const parts = [
          ...Object.entries(files).map(([path, text]) => `file\0${path}\0${String(Buffer.byteLength(text))}\0${text}`),
          'sums\0\0entries\0',
          ...Object.entries(sizes).map(([path, size]) => `${String(size)}\0f\0${path}\0\0`),
          '\0lists\0==> ./jq.list <==\n/usr/bin/jq\n\n==> ./a:b.list <==\n/x\n',
        ];
        const evidence = parseEvidence(Buffer.from(parts.join('')));
        expect(Object.fromEntries(evidence.files)).toEqual({ ...files });
        expect([...evidence.entries].map(([path, { size }]) => [path, size])).toEqual(Object.entries(sizes));
        expect([...evidence.lists.keys()]).toEqual(['jq', 'a:b']);
      }),
    );
  });

  it('keeps what it has where the output breaks off anywhere', () => {
    const whole = Buffer.from(
      'file\0/etc/passwd\x004\0root\0sums\0\0entries\0' + '5\0l\0/a\0b\0\0lists\0==> ./x.list <==\n/x\n',
    );
    for (let length = 0; length <= whole.length; length += 1)
      expect(() => parseEvidence(whole.subarray(0, length))).not.toThrow();
  });
});
