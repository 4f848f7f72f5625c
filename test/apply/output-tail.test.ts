import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputTail } from '../../src/apply/output-tail.ts';

describe('OutputTail', () => {
  it('gives the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '€', '😀'), minLength: 1, maxLength: 20 }), {
          maxLength: 10,
        }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (lines, cuts, end) => {
          const bytes = Buffer.from(lines.map((line) => line + end).join(''));
          const seen: string[] = [];
          const tail = new OutputTail(3, (line) => seen.push(line));
          const stream = tail.stream();
          for (let at = 0, turn = 0; at < bytes.byteLength; turn++) {
            const next = at + (cuts[turn % cuts.length] ?? 1);
            stream.write(bytes.subarray(at, next));
            at = next;
          }
          expect(tail.lines()).toEqual(lines.slice(-3));
          expect(seen).toEqual(lines);
        },
      ),
    );
  });

  it('does not grow with a line that never ends', () => {
    const tail = new OutputTail(5, () => undefined);
    const stream = tail.stream();
    for (let at = 0; at < 100; at++) stream.write(Buffer.alloc(10_000, 97));
    expect(tail.lines().join('').length).toBeLessThan(3_000);
  });
});
