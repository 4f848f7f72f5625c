import { createHash, type Hash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import type { Digest } from '../../model/version.ts';
import { compressLayer } from './compress-layer.ts';

/** A layer that an engine sends. Either `bytes` or `blob` has to be read, to its end. */
export interface LayerContent {
  /** As the engine sends it. */
  readonly bytes: AsyncIterable<Buffer>;
  /** As a bundle has it: compressed. */
  readonly blob: AsyncIterable<Buffer>;
  /** Valid once all is read. */
  readonly sums: () => LayerSums;
}

export interface LayerSums {
  readonly diffId: Digest;
  /** Of the bytes that the engine sent. */
  readonly source: Digest;
  /** Bytes of the uncompressed layer. */
  readonly size: number;
}

/** An uncompressed layer. `done`: gets bytes as they are read. */
export function readTarLayer(content: AsyncIterable<Buffer>, done: (bytes: number) => void): LayerContent {
  const hash = createHash('sha256');
  let size = 0;
  const bytes = hashing(content, hash, (length) => {
    size += length;
    done(length);
  });
  const sums = (): LayerSums => ({ diffId: digestOf(hash), source: digestOf(hash), size });
  return { bytes, blob: compressLayer(bytes), sums };
}

/** A layer that the engine keeps compressed: it stays as it is. */
export function readGzipLayer(content: AsyncIterable<Buffer>, done: (bytes: number) => void): LayerContent {
  const [hash, unpacked] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const gunzip = createGunzip();
  const inside = (async (): Promise<void> => {
    for await (const piece of gunzip as AsyncIterable<Buffer>) {
      size += piece.length;
      unpacked.update(piece);
    }
  })();
  inside.catch(() => undefined);
  const both = async function* (): AsyncGenerator<Buffer> {
    for await (const piece of hashing(content, hash, done)) {
      if (!gunzip.write(piece)) await Promise.race([new Promise((go) => gunzip.once('drain', go)), inside]);
      yield piece;
    }
    gunzip.end();
    await inside;
  };
  const bytes = both();
  return { bytes, blob: bytes, sums: () => ({ diffId: digestOf(unpacked), source: digestOf(hash), size }) };
}

/** A copy gives the digest, so that it can be asked for again. */
const digestOf = (hash: Hash): Digest => `sha256:${hash.copy().digest('hex')}`;

async function* hashing(
  content: AsyncIterable<Buffer>,
  hash: Hash,
  done: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    hash.update(piece);
    done(piece.length);
    yield piece;
  }
}
