import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BuildOutput } from '../../../../src/adapters/docker/build/build-dockerfile.ts';
import { readTrace } from '../../../../src/adapters/docker/build/read-trace.ts';

/** A protobuf field of bytes. */
const field = (number: number, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2, Buffer.byteLength(content)]), Buffer.from(content as string)]);

describe('the output of a build', () => {
  it('reads what commands print, and the titles of instructions that start', () => {
    const title = field(1, Buffer.concat([field(1, 'sha256:a'), field(3, 'RUN make'), field(5, 'time')]));
    const done = field(1, Buffer.concat([field(3, 'RUN make'), field(5, 'time'), field(6, 'time')]));
    const own = field(1, Buffer.concat([field(3, '[internal] load context'), field(5, 'time')]));
    const printed = field(3, Buffer.concat([field(1, 'sha256:a'), Buffer.from([3 * 8, 1]), field(4, 'cc -o x\n')]));
    expect(readTrace(Buffer.concat([title, done, own, printed]))).toEqual([
      { source: '', text: 'RUN make\n' },
      { source: 'sha256:a', text: 'cc -o x\n' },
    ]);
  });

  it('reads damaged records to their end', () => {
    for (let run = 0; run < 2_000; run += 1) expect(readTrace(randomBytes(60))).toBeInstanceOf(Array);
  });

  it('keeps lines of commands apart that print side by side, and the last forty', () => {
    const lines: string[] = [];
    const output = new BuildOutput((line) => lines.push(line));
    output.write('a', 'from a');
    output.write('b', 'from b\n');
    output.write('a', ', whole\n10 %\r20 %\r\n');
    expect(lines).toEqual(['from b', 'from a, whole', '10 %', '20 %']);
    for (let count = 0; count < 1_000; count += 1) output.write('a', `line ${String(count)}\n`);
    output.write('a', 'unfinished');
    expect(output.lines()).toHaveLength(40);
    expect(output.lines().at(-1)).toBe('unfinished');
  });
});
