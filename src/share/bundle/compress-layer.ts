import { promisify } from 'node:util';
import { deflateRawSync, gzip } from 'node:zlib';

const compress = promisify(gzip);

/** Bytes of a block, which is a gzip member of its own. */
const blockSize = 1024 * 1024;
/** Blocks at once: Node has four threads for them. */
const width = 4;
/** Faster levels save little time, and slower ones little space. */
const level = 3;
const sampleSize = 16 * 1024;

/**
 * Compresses by gzip, in blocks side by side. The same bytes give the same result. What does not shrink is stored.
 */
export async function* compressLayer(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const running: Promise<Buffer>[] = [];
  try {
    for await (const block of inBlocks(source)) {
      running.push(compressBlock(block));
      if (running.length >= width) yield await (running.shift() as Promise<Buffer>);
    }
    for (const block of running.splice(0)) yield await block;
  } finally {
    await Promise.allSettled(running);
  }
}

async function* inBlocks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pieces: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    for (let rest = chunk; rest.byteLength > 0;) {
      const piece = rest.subarray(0, blockSize - size);
      rest = rest.subarray(piece.byteLength);
      pieces.push(piece);
      if ((size += piece.byteLength) < blockSize) continue;
      yield Buffer.concat(pieces, size);
      [pieces, size] = [[], 0];
    }
  }
  if (size > 0) yield Buffer.concat(pieces, size);
}

async function compressBlock(block: Buffer): Promise<Buffer> {
  const member = await compress(block, { level: shrinks(block) ? level : 0, memLevel: 9 });
  // The system that compressed it: unknown, so that every system writes the same.
  member[9] = 255;
  return member;
}

/** Of a part in the middle: compressed and encrypted files look alike all the way. */
function shrinks(block: Buffer): boolean {
  const from = Math.max(0, Math.floor((block.length - sampleSize) / 2));
  const sample = block.subarray(from, from + sampleSize);
  return deflateRawSync(sample, { level: 1 }).length < sample.length * 0.97;
}
