import { createHash } from 'node:crypto';
import { blobPath } from '../../image/bundle/bundle-format.ts';
import { parsePax, parseTarHeader } from '../../model/tar/tar-header.ts';
import { tarEnd, tarHeader, tarPadding } from '../../model/tar/tar.ts';
import type { Digest } from '../../model/version.ts';
import type { PartFile } from '../../ports/large-files.ts';

/** A blob in the file, and what it was made of. */
export interface WrittenBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** sha256 of the bytes from the engine: of a layer that it gave uncompressed, its diff id. */
  readonly source: Digest;
  /** Offset in the file after the blob. */
  readonly end: number;
}

const block = 512;
/** A record with a comment, and the header: of one length for every blob, so that they can be written last. */
const headerLength = 3 * block;
const chunk = 1024 * 1024;

/**
 * Writes blobs one after the other into a part file. The header of a blob is written when its content is complete: after
 * a kill, the blobs with a header are whole.
 */
export class BlobWriter {
  readonly #part: PartFile;
  /** Blobs of an earlier run that are not claimed yet, in order. */
  readonly #kept: WrittenBlob[];
  #at: number;

  private constructor(part: PartFile, start: number, kept: WrittenBlob[]) {
    this.#part = part;
    this.#at = start;
    this.#kept = kept;
  }

  /** `start`: offset of the first blob. `resume`: checks the blobs of an earlier run, and keeps the whole ones. */
  static async open(part: PartFile, start: number, resume: boolean): Promise<BlobWriter> {
    return new BlobWriter(part, start, resume ? await findKept(part, start) : []);
  }

  /** True while blobs of an earlier run are left to keep. */
  get resumes(): boolean {
    return this.#kept.length > 0;
  }

  /** Takes the next blob of the earlier run as it is, if it was made of `source`. Undefined: the engine gives others now. */
  keep(source: Digest): WrittenBlob | undefined {
    if (this.#kept[0]?.source !== source) return undefined;
    const blob = this.#kept.shift();
    if (blob !== undefined) this.#at = blob.end;
    return blob;
  }

  /** Writes a blob. `source` is called when the content was read; if it returns undefined, the blob is dropped. */
  async write(content: AsyncIterable<Uint8Array>, source: () => Digest | undefined): Promise<WrittenBlob | undefined> {
    const start = this.#at + headerLength;
    const hash = createHash('sha256');
    let size = 0;
    for await (const bytes of content) {
      hash.update(bytes);
      await this.#part.write(start + size, bytes);
      size += bytes.byteLength;
    }
    const from = source();
    if (from === undefined) return undefined;
    const digest: Digest = `sha256:${hash.digest('hex')}`;
    await this.#part.write(start + size, tarPadding(size));
    const header = Buffer.concat([...tarHeader({ path: blobPath(digest), mode: 0o644, size, comment: `of ${from}` })]);
    if (header.length !== headerLength) throw new Error(`a header has ${String(header.length)} bytes`);
    await this.#part.write(this.#at, header);
    this.#at = start + size + tarPadding(size).byteLength;
    return { digest, size, source: from, end: this.#at };
  }

  /** Writes a small file. */
  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    const size = bytes.byteLength;
    const whole = Buffer.concat([...tarHeader({ path, mode: 0o644, size }), bytes, tarPadding(size)]);
    await this.#part.write(this.#at, whole);
    this.#at += whole.length;
  }

  /** Ends the file and gives it its name. Returns its size in bytes. */
  async finish(): Promise<number> {
    await this.#part.write(this.#at, tarEnd);
    await this.#part.finish(this.#at + tarEnd.byteLength);
    return this.#at + tarEnd.byteLength;
  }
}

/** The whole blobs at the start of a part file, up to the first that is not. */
async function findKept(part: PartFile, start: number): Promise<WrittenBlob[]> {
  const kept: WrittenBlob[] = [];
  for (let at = start; at + headerLength <= part.size;) {
    const found = await readKept(part, at);
    if (found === undefined) break;
    kept.push(found);
    at = found.end;
  }
  return kept;
}

async function readKept(part: PartFile, at: number): Promise<WrittenBlob | undefined> {
  const raw = await part.read(at, headerLength);
  const told = /^of (sha256:[0-9a-f]{64})$/.exec(parsePax(raw.subarray(block, 2 * block))['comment'] ?? '')?.[1];
  if (told === undefined) return undefined;
  try {
    const { size, path } = parseTarHeader(raw.subarray(2 * block));
    const hash = createHash('sha256');
    for (let done = 0; done < size;) {
      const bytes = await part.read(at + headerLength + done, Math.min(chunk, size - done));
      if (bytes.length === 0) return undefined;
      hash.update(bytes);
      done += bytes.length;
    }
    const digest: Digest = `sha256:${hash.digest('hex')}`;
    const end = at + headerLength + size + tarPadding(size).byteLength;
    return path === blobPath(digest) ? { digest, size, source: told as Digest, end } : undefined;
  } catch {
    return undefined;
  }
}
