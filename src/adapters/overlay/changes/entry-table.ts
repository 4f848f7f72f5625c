import { pathFromLatin1, type BytePath } from '../../../model/byte-path.ts';
import { countShared } from '../../../model/count-shared.ts';

/** What to do with an entry. Folders come before their entries. */
export interface Entry {
  /**
   * `added`, `changed`: to be copied. `leading`: an unchanged folder above a
   * change. `linked`: an unchanged name of a file that is to be copied.
   * `hidden`: deleted from the parent. `socket`: no image keeps it.
   */
  readonly kind: EntryKind;
  /** As in rows; empty for a hidden one. */
  readonly type: string;
  /** Relative, one character per byte. */
  readonly path: string;
  readonly size: number;
  /** Target of a symlink. */
  readonly target: string;
  /** As in rows. */
  readonly layer?: number | undefined;
}

export type EntryKind = (typeof kinds)[number];

const kinds = ['added', 'changed', 'leading', 'hidden', 'socket', 'linked'] as const;
const types = ['', 'f', 'd', 'l', 'p', 's', 'b', 'c', 'w'];
const chunkSize = 256 * 1024;
/** Up to this number, entries are kept as objects, which is quicker. */
const few = 20_000;
/** Flag in the first byte of an entry: a layer follows. */
const layered = 128;
/** Bytes of an entry without path and target, at most. */
const overhead = 32;

/**
 * A list of entries that takes some 20 bytes for each, since there may be a
 * million: of a path it keeps only the part that differs from the one before.
 */
export class EntryTable implements Iterable<Entry> {
  readonly #chunks: { readonly bytes: Buffer; length: number }[] = [];
  #few: Entry[] | undefined = [];
  #last = '';
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(entry: Entry): void {
    this.#count += 1;
    if (this.#few === undefined) return this.#pack(entry);
    this.#few.push(entry);
    if (this.#few.length <= few) return;
    for (const one of this.#few) this.#pack(one);
    this.#few = undefined;
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.#few?.values() ?? this.#unpack();
  }

  #pack({ kind, type, path, size, target, layer }: Entry): void {
    const chunk = this.#room(path.length + target.length + overhead);
    const shared = countShared(this.#last, path);
    const { bytes } = chunk;
    const head = kinds.indexOf(kind) * 16 + Math.max(types.indexOf(type), 0);
    bytes[chunk.length] = layer === undefined ? head : head + layered;
    let at = chunk.length + 1;
    if (layer !== undefined) at = writeNumber(bytes, at, layer);
    at = writeNumber(bytes, at, shared);
    at = writeNumber(bytes, at, path.length - shared);
    at += bytes.write(shared === 0 ? path : path.slice(shared), at, 'latin1');
    at = writeNumber(bytes, at, size);
    at = writeNumber(bytes, at, target.length);
    chunk.length = at + (target === '' ? 0 : bytes.write(target, at, 'latin1'));
    this.#last = path;
  }

  *#unpack(): Generator<Entry, undefined> {
    let path = '';
    for (const { bytes, length } of this.#chunks) {
      const reader = new Reader(bytes);
      while (reader.at < length) {
        const first = reader.byte();
        const head = first % layered;
        const layer = first === head ? undefined : reader.number();
        const [shared, own] = [reader.number(), reader.number()];
        path = path.slice(0, shared) + reader.text(own);
        const size = reader.number();
        const target = reader.text(reader.number());
        const [kind, type] = [kinds[head >> 4] ?? 'changed', types[head & 15] ?? ''];
        yield { kind, type, path, size, target, layer };
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
  for (; left >= 128; left = Math.floor(left / 128)) bytes[at++] = (left % 128) + 128;
  bytes[at++] = left;
  return at;
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

  /** One character per byte. */
  text(length: number): string {
    if (length === 0) return '';
    const start = this.at;
    this.at += length;
    return this.#bytes.toString('latin1', start, this.at);
  }
}

/** The path of an entry: the helper and the table name entries without the leading `/`, one character per byte. */
export const toPath = (name: string): BytePath => pathFromLatin1(`/${name}`);
