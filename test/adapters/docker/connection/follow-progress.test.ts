import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readJsonLines } from '../../../../src/adapters/docker/connection/follow-progress.ts';

async function read(chunks: Iterable<Uint8Array>): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of readJsonLines(toAsync(chunks))) values.push(value);
  return values;
}

async function* toAsync(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* chunks;
}

it('reads back what was written, wherever the bytes are cut', async () => {
  const sizes = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue()), sizes, fc.boolean(), async (values, size, last) => {
      const lines = values.map((value) => JSON.stringify(value)).join('\r\n');
      const bytes = Buffer.from(lines + (last ? '\n' : ''));
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, turn) =>
        bytes.subarray(turn * size, (turn + 1) * size),
      );
      expect(JSON.stringify(await read(chunks))).toBe(JSON.stringify(values));
    }),
  );
});

it.each(['<html>\n', '{"status":"x"}\n{"sta', '{"a":1}}\n'])('throws at %j', async (text) => {
  await expect(read([Buffer.from(text)])).rejects.toThrow(/not JSON/);
});

it('throws at a line without an end', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  await expect(read(Array.from({ length: 20 }, () => chunk))).rejects.toThrow(/too long/);
});
