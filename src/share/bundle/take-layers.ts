import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { createGunzip } from 'node:zlib';
import { DevenvError } from '../../errors/devenv-error.ts';
import { documentLimit } from '../../image/bundle/bundle-format.ts';
import { readTar } from '../../model/tar/read-tar.ts';
import type { Digest } from '../../model/version.ts';
import type { BlobWriter } from './blob-writer.ts';
import { compressLayer } from './compress-layer.ts';

/** A layer as the engine saved it. */
export interface SavedLayer {
  readonly diffId: Digest;
  /** Its blob in the file; of a layer that is left out, what it would be uncompressed. */
  readonly digest: Digest;
  readonly size: number;
  readonly compressed: boolean;
}

/** What an engine saved, by the paths in its archive. */
export interface Saved {
  readonly layers: ReadonlyMap<string, SavedLayer>;
  readonly documents: ReadonlyMap<string, Buffer>;
}

/** A blob of an earlier run was made of something else: it is of no use. */
export class OtherContent extends Error {}

/**
 * Writes the layers of a saved archive as they come, compressed, but those to leave out, and keeps its documents.
 * Throws OtherContent.
 */
export async function takeLayers(
  saved: AsyncIterable<Uint8Array>,
  writer: BlobWriter,
  leaveOut: ReadonlySet<Digest>,
  done: (bytes: number) => void,
): Promise<Saved> {
  const layers = new Map<string, SavedLayer>();
  const documents = new Map<string, Buffer>();
  const links = new Map<string, string>();
  for await (const { path, type, link, size, content } of readTar(saved)) {
    if (type === '1' || type === '2') links.set(path, posix.join(posix.dirname(path), link));
    const first = await peek(content);
    const { start } = first;
    if (size <= documentLimit && isText(start)) {
      const pieces: Buffer[] = [];
      for await (const piece of first.rest) pieces.push(piece);
      documents.set(path, Buffer.concat(pieces));
    } else if (isGzip(start)) layers.set(path, await takeGzip(first.rest, writer, leaveOut, done));
    else if (isTar(start)) layers.set(path, await takeTar(path, size, first.rest, writer, leaveOut, done));
    else if (isZstd(start))
      throw new DevenvError('ENGINE_REFUSED', 'The engine keeps a layer compressed by zstd, which no bundle has.', {
        hint: 'Export on an engine with another image store.',
      });
    else for await (const piece of first.rest) void piece;
  }
  for (const [path, target] of links) {
    const layer = layers.get(target);
    if (layer !== undefined) layers.set(path, layer);
  }
  return { layers, documents };
}

async function takeTar(
  path: string,
  size: number,
  content: AsyncIterable<Buffer>,
  writer: BlobWriter,
  leaveOut: ReadonlySet<Digest>,
  done: (bytes: number) => void,
): Promise<SavedLayer> {
  const hash = createHash('sha256');
  const hashed = hashing(content, hash, done);
  const finish = (): Digest => `sha256:${hash.digest('hex')}`;
  const absent = (digest: Digest): SavedLayer => ({ diffId: digest, digest, size, compressed: false });
  // Docker 25 and Podman name a layer by its diff id.
  const named = /([0-9a-f]{64})(?:\.tar)?$/.exec(path)?.[1];
  if (named !== undefined && leaveOut.has(`sha256:${named}`)) {
    for await (const piece of hashed) void piece;
    return absent(finish());
  }
  if (writer.next !== undefined) {
    for await (const piece of hashed) void piece;
    const diffId = finish();
    if (leaveOut.has(diffId)) return absent(diffId);
    return { ...claim(writer, diffId), diffId, compressed: true };
  }
  let diffId: Digest | undefined;
  const written = await writer.write(compressLayer(hashed), () => {
    diffId = finish();
    return leaveOut.has(diffId) ? undefined : diffId;
  });
  if (diffId === undefined) throw new Error('a layer was not read');
  return written === undefined ? absent(diffId) : { ...written, diffId, compressed: true };
}

/** A layer that the engine keeps compressed stays as it is. */
async function takeGzip(
  content: AsyncIterable<Buffer>,
  writer: BlobWriter,
  leaveOut: ReadonlySet<Digest>,
  done: (bytes: number) => void,
): Promise<SavedLayer> {
  const hash = createHash('sha256');
  const unpacked = createHash('sha256');
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
  let diffId: Digest | undefined;
  const judge = (): Digest | undefined => {
    diffId = `sha256:${unpacked.digest('hex')}`;
    return leaveOut.has(diffId) ? undefined : `sha256:${hash.digest('hex')}`;
  };
  if (writer.next !== undefined) {
    for await (const piece of both()) void piece;
    const source = judge();
    const own = diffId as unknown as Digest;
    if (source === undefined) return { diffId: own, digest: own, size, compressed: false };
    return { ...claim(writer, source), diffId: own, compressed: true };
  }
  const written = await writer.write(both(), judge);
  const own = diffId as unknown as Digest;
  return written === undefined
    ? { diffId: own, digest: own, size, compressed: false }
    : { digest: written.digest, size: written.size, diffId: own, compressed: true };
}

function claim(writer: BlobWriter, source: Digest): { readonly digest: Digest; readonly size: number } {
  if (writer.next?.source !== source) throw new OtherContent();
  const { digest, size } = writer.keep() as NonNullable<ReturnType<BlobWriter['keep']>>;
  return { digest, size };
}

async function* hashing(
  content: AsyncIterable<Buffer>,
  hash: ReturnType<typeof createHash>,
  done: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const piece of content) {
    hash.update(piece);
    done(piece.length);
    yield piece;
  }
}

const headerSize = 512;

/** The first bytes of a content, and the whole of it. */
async function peek(
  content: AsyncIterable<Buffer>,
): Promise<{ readonly start: Buffer; readonly rest: AsyncIterable<Buffer> }> {
  const iterator = content[Symbol.asyncIterator]();
  let start: Buffer = Buffer.alloc(0);
  while (start.length < headerSize) {
    const next = await iterator.next();
    if (next.done === true) break;
    start = start.length === 0 ? next.value : Buffer.concat([start, next.value]);
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    if (start.length > 0) yield start;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  };
  return { start, rest: rest() };
}

const isTar = (start: Buffer): boolean =>
  start.toString('latin1', 257, 262) === 'ustar' ||
  (start.length >= headerSize && start.subarray(0, headerSize).every((byte) => byte === 0));
const isGzip = (start: Buffer): boolean => start[0] === 0x1f && start[1] === 0x8b;
const isZstd = (start: Buffer): boolean => start.length > 4 && start.readUInt32LE(0) === 0xfd2fb528;
/** JSON, or nothing. */
const isText = (start: Buffer): boolean => !isTar(start) && (start[0] === 0x7b || start[0] === 0x5b);
