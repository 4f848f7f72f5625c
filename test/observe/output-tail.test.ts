import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OutputTail } from '../../src/observe/output-tail.ts';

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

  it('keeps the same last lines where not each is wanted, and looks at few', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('', ' ', 'a', 'ä€', 'b\rc', 'x'.repeat(3000)), { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1 }),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.join('\n'));
          const tails = [new OutputTail(3), new OutputTail(3, () => undefined, { each: false })];
          for (const tail of tails) {
            const stream = tail.stream();
            for (let at = 0, turn = 0; at < bytes.byteLength; turn++) {
              const next = at + (cuts[turn % cuts.length] ?? 1);
              stream.write(bytes.subarray(at, next));
              at = next;
            }
          }
          expect(tails[1]?.lines()).toEqual(tails[0]?.lines());
        },
      ),
    );
    let seen = 0;
    const tail = new OutputTail(40, () => (seen += 1), { each: false });
    const stream = tail.stream();
    for (let at = 0; at < 100; at++) stream.write(Buffer.from('y\n'.repeat(32_768)));
    expect([seen, tail.lines().length]).toEqual([4_000, 40]);
  });

  it('does not grow with a line that never ends', () => {
    const tail = new OutputTail(5);
    const stream = tail.stream();
    for (let at = 0; at < 100; at++) stream.write(Buffer.alloc(10_000, 97));
    expect(tail.lines().join('').length).toBeLessThan(3_000);
  });
});
