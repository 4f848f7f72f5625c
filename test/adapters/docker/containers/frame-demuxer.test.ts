import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameDemuxer, type Output } from '../../../../src/adapters/docker/containers/frame-demuxer.ts';

const frame = fc.record({
  output: fc.constantFrom<Output>('stdout', 'stderr'),
  bytes: fc.uint8Array({ maxLength: 300 }),
});

function encode({ output, bytes }: { output: Output; bytes: Uint8Array }): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt8(output === 'stderr' ? 2 : 1);
  head.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([head, bytes]);
}

/** Cuts bytes at places that have nothing to do with frames. */
function* cut(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

it('gives every byte to its output, wherever the chunks are cut', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(frame), sizes, (frames, cuts) => {
      const got = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
      const demuxer = new FrameDemuxer((output, bytes) => got[output].push(Buffer.from(bytes)));
      for (const chunk of cut(Buffer.concat(frames.map(encode)), cuts)) demuxer.push(chunk);
      expect(demuxer.complete).toBe(true);
      for (const output of ['stdout', 'stderr'] as const) {
        const sent = frames.filter((one) => one.output === output).map(({ bytes }) => bytes);
        expect(Buffer.concat(got[output]).equals(Buffer.concat(sent))).toBe(true);
      }
    }),
  );
});

it('knows that a stream was cut off', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 50 }), fc.nat(), (bytes, at) => {
      const whole = encode({ output: 'stdout', bytes });
      const demuxer = new FrameDemuxer(() => undefined);
      demuxer.push(whole.subarray(0, 1 + (at % (whole.length - 1))));
      expect(demuxer.complete).toBe(false);
    }),
  );
});

it('refuses what is not made of frames', () => {
  const demuxer = new FrameDemuxer(() => undefined);
  expect(() => {
    demuxer.push(Buffer.from('<html><body>'));
  }).toThrow(/frames/);
});
