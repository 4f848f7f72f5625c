import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markedOutput } from '../../../src/containers/hooks/run-command.ts';

const mark = 'ababc ';

function run(bytes: Buffer, cuts: readonly number[]): { readonly before: string; readonly found: readonly string[] } {
  const before: Buffer[] = [];
  const found: string[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      before.push(Buffer.from(chunk));
      done();
    },
  });
  const output = markedOutput(mark, sink, (rest) => found.push(rest));
  for (let at = 0, turn = 0; at < bytes.byteLength; turn++) {
    const next = at + (cuts[turn % cuts.length] ?? 1);
    output.write(bytes.subarray(at, next));
    at = next;
  }
  return { before: Buffer.concat(before).toString(), found };
}

describe('markedOutput', () => {
  it('finds the mark however the bytes are cut, and drops what follows', () => {
    const part = fc.string({ unit: fc.constantFrom('a', 'b', 'ab', '\n', '\u00e4'), maxLength: 30 });
    const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(part, fc.integer({ min: 0, max: 255 }), part, cuts, (text, code, after, sizes) => {
        const bytes = Buffer.from(`${text}\n${mark}${String(code)}\n${after}`);
        expect(run(bytes, sizes)).toEqual({ before: `${text}\n`, found: [String(code)] });
      }),
    );
  });

  it('holds nothing back that cannot be its beginning', () => {
    expect(run(Buffer.from('line\n'), [9])).toEqual({ before: 'line\n', found: [] });
    expect(run(Buffer.from('line aba'), [9]).before).toBe('line ');
  });
});
