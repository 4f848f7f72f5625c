/** What is to be done with an entry, in the order of native/beside.c's lists: folders before what is in them. */
export interface Entry {
  /**
   * `added`, `changed`: to be copied. `leading`: a folder that leads to others
   * and did not change itself. `hidden`: of the parent, and gone. `socket`: no
   * version can have it.
   */
  readonly kind: EntryKind;
  /** As in rows; empty for what is hidden. */
  readonly type: string;
  /** Relative, one character per byte. */
  readonly path: string;
  readonly size: number;
  /** Of a symlink. */
  readonly target: string;
}

export type EntryKind = (typeof kinds)[number];

const kinds = ['added', 'changed', 'leading', 'hidden', 'socket'] as const;
const types = ['', 'f', 'd', 'l', 'p', 's', 'b', 'c', 'w'];
const chunkSize = 256 * 1024;
/** Of a row without its names. */
const overhead = 32;

/**
 * Entries in some 20 bytes each, so that a million of them fit beside all else:
 * of every path only that is kept in which it differs from the one before.
 * Goes through them in the order in which they came, as often as is asked.
 */
export class EntryTable implements Iterable<Entry> {
  readonly #chunks: { readonly bytes: Buffer; length: number }[] = [];
  #last = Buffer.alloc(0);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add({ kind, type, path, size, target }: Entry): void {
    const name = Buffer.from(path, 'latin1');
    const link = Buffer.from(target, 'latin1');
    const chunk = this.#room(name.length + link.length + overhead);
    let shared = 0;
    const most = Math.min(name.length, this.#last.length);
    while (shared < most && name[shared] === this.#last[shared]) shared += 1;
    const { bytes } = chunk;
    let at = bytes.writeUInt8(kinds.indexOf(kind) * 16 + Math.max(types.indexOf(type), 0), chunk.length);
    at = writeNumber(bytes, at, shared);
    at = writeNumber(bytes, at, name.length - shared);
    at += name.copy(bytes, at, shared);
    at = writeNumber(bytes, at, size);
    at = writeNumber(bytes, at, link.length);
    chunk.length = at + link.copy(bytes, at);
    this.#last = name;
    this.#count += 1;
  }

  *[Symbol.iterator](): Generator<Entry> {
    let path = Buffer.alloc(8192);
    for (const { bytes, length } of this.#chunks) {
      const reader = new Reader(bytes);
      while (reader.at < length) {
        const head = reader.byte();
        const [shared, own] = [reader.number(), reader.number()];
        if (shared + own > path.length) path = Buffer.concat([path], shared + own);
        bytes.copy(path, shared, reader.at, reader.at + own);
        reader.at += own;
        const size = reader.number();
        const link = reader.number();
        yield {
          kind: kinds[head >> 4] ?? 'changed',
          type: types[head & 15] ?? '',
          path: path.toString('latin1', 0, shared + own),
          size,
          target: link === 0 ? '' : bytes.toString('latin1', reader.at, reader.at + link),
        };
        reader.at += link;
      }
    }
  }

  #room(wanted: number): { readonly bytes: Buffer; length: number } {
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length + wanted <= last.bytes.length) return last;
    const chunk = { bytes: Buffer.allocUnsafeSlow(Math.max(wanted, chunkSize)), length: 0 };
    this.#chunks.push(chunk);
    return chunk;
  }
}

/** Seven bits a byte, the least first. */
function writeNumber(bytes: Buffer, start: number, value: number): number {
  let [at, left] = [start, value];
  for (; left >= 128; left = Math.floor(left / 128)) at = bytes.writeUInt8((left % 128) + 128, at);
  return bytes.writeUInt8(left, at);
}

class Reader {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    return this.#bytes[this.at++] ?? 0;
  }

  number(): number {
    let [value, unit] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte % 128) * unit;
      if (byte < 128) return value;
      unit *= 128;
    }
  }
}
