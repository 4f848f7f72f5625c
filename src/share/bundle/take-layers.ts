import { posix } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import { documentLimit } from '../../image/bundle/bundle-format.ts';
import { readTar } from '../../model/tar/read-tar.ts';
import type { Digest } from '../../model/version.ts';
import type { BlobWriter, WrittenBlob } from './blob-writer.ts';
import { readGzipLayer, readTarLayer, type LayerContent, type LayerSums } from './layer-content.ts';

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
    } else if (isGzip(start))
      layers.set(path, await takeLayer(readGzipLayer(first.rest, done), writer, leaveOut, false));
    else if (isTar(start))
      layers.set(path, await takeLayer(readTarLayer(first.rest, done), writer, leaveOut, namesAny(leaveOut, path)));
    else if (isZstd(start))
      throw new DevenvError(
        'ENGINE_REFUSED',
        'The engine keeps a layer compressed by zstd, which a bundle cannot hold.',
        {
          hint: 'Export on an engine with another image store.',
        },
      );
    else for await (const piece of first.rest) void piece;
  }
  for (const [path, target] of links) {
    const layer = layers.get(target);
    if (layer !== undefined) layers.set(path, layer);
  }
  return { layers, documents };
}

/** Takes a layer into the file, from an earlier run if that has it. `isAbsent`: it is to be left out. */
async function takeLayer(
  { bytes, blob, sums }: LayerContent,
  writer: BlobWriter,
  leaveOut: ReadonlySet<Digest>,
  isAbsent: boolean,
): Promise<SavedLayer> {
  if (!isAbsent && !writer.resumes) {
    const written = await writer.write(blob, () => (leaveOut.has(sums().diffId) ? undefined : sums().source));
    return written === undefined ? absent(sums()) : saved(sums(), written);
  }
  for await (const piece of bytes) void piece;
  if (isAbsent || leaveOut.has(sums().diffId)) return absent(sums());
  const kept = writer.keep(sums().source);
  if (kept === undefined) throw new OtherContent();
  return saved(sums(), kept);
}

const absent = ({ diffId, size }: LayerSums): SavedLayer => ({ diffId, digest: diffId, size, compressed: false });

const saved = ({ diffId }: LayerSums, { digest, size }: WrittenBlob): SavedLayer => ({
  ...{ diffId, digest, size, compressed: true },
});

/** True if an archive's path names a layer to leave out: Docker 25 and Podman name a layer by its diff id. */
function namesAny(leaveOut: ReadonlySet<Digest>, path: string): boolean {
  const named = /([0-9a-f]{64})(?:\.tar)?$/.exec(path)?.[1];
  return named !== undefined && leaveOut.has(`sha256:${named}`);
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
