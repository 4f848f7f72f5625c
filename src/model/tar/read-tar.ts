import { ArchiveRefused, parsePax, parsePaxSize, parseTarHeader, readTarName, type TarHeader } from './tar-header.ts';

/** An entry of a tar that is read. `content` has to be read to its end before the next entry. */
export interface ReadEntry extends TarHeader {
  readonly content: AsyncIterable<Buffer>;
}

const block = 512;
/** Bytes of a record about the next entry. */
const recordLimit = 1024 * 1024;

/** Reads a tar entry by entry, with little memory. Throws ArchiveRefused if it is none, or ends early. */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<ReadEntry> {
  const bytes = new ByteReader(source);
  let next: { path?: string; link?: string; size?: number } = {};
  for (;;) {
    const raw = await bytes.read(block);
    if (raw.every((byte) => byte === 0)) break;
    const header = parseTarHeader(raw);
    const { type, size } = header;
    if ('xgLK'.includes(type)) {
      if (size > recordLimit) throw new ArchiveRefused('a record in it is too long');
      const record = await bytes.read(size);
      await bytes.skip(padding(size));
      if (type === 'x') next = { ...next, ...readRecord(record) };
      else if (type === 'L') next.path = readTarName(record);
      else if (type === 'K') next.link = readTarName(record);
      continue;
    }
    const entry = { ...header, ...next };
    next = {};
    yield { ...entry, content: bytes.take(entry.size) };
    if (bytes.left > 0) throw new Error('The content of an entry was not read to its end.');
    await bytes.skip(padding(entry.size));
  }
  await bytes.drain();
}

const padding = (size: number): number => (block - (size % block)) % block;

function readRecord(content: Buffer): { path?: string; link?: string; size?: number } {
  const { path, linkpath, size } = parsePax(content);
  return {
    ...(path !== undefined && { path }),
    ...(linkpath !== undefined && { link: linkpath }),
    ...(size !== undefined && { size: parsePaxSize(size) }),
  };
}

/** Takes exact numbers of bytes from chunks of any length. */
class ByteReader {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the content that is being read. */
  left = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async read(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for await (const piece of this.take(length)) pieces.push(piece);
    return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
  }

  async skip(length: number): Promise<void> {
    for await (const piece of this.take(length)) void piece;
  }

  async *take(length: number): AsyncGenerator<Buffer> {
    this.left = length;
    while (this.left > 0) {
      if (this.#rest.length === 0) await this.#fill();
      const piece = this.#rest.subarray(0, this.left);
      this.#rest = this.#rest.subarray(piece.length);
      this.left -= piece.length;
      yield piece;
    }
  }

  /** Reads the padding at the end, so that the sender can finish. */
  async drain(): Promise<void> {
    while ((await this.#chunks.next()).done !== true);
  }

  async #fill(): Promise<void> {
    const next = await this.#chunks.next();
    if (next.done === true) throw new ArchiveRefused('it ends early');
    const { buffer, byteOffset, byteLength } = next.value;
    this.#rest = Buffer.from(buffer, byteOffset, byteLength);
  }
}
