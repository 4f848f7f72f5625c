import { DevenvError } from '../../errors/devenv-error.ts';

export interface TarEntry {
  /** `/`-separated, without one at the start. A folder's ends with one. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Bytes of `content`; 0 for a folder. */
  readonly size: number;
  readonly content?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** A symlink to there, without content. */
  readonly link?: string;
  /** Of the last write, in seconds. Default: 0. */
  readonly time?: number;
  /** Kept in a record before the header, which readers of archives skip. Up to 400 bytes. */
  readonly comment?: string;
}

const block = 512;
const largestOctal = 0o77777777777;

/**
 * An uncompressed tar (ustar, pax where a path or a size needs it), entries in
 * the given order, owned by root: the same input gives the same bytes. Throws CONTENT_MISMATCH if a content has another size.
 */
export async function* writeTar(entries: AsyncIterable<TarEntry> | Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    yield* tarHeader(entry);
    let written = 0;
    for await (const chunk of entry.content ?? []) {
      written += chunk.byteLength;
      if (written > entry.size) break;
      yield chunk;
    }
    if (written !== entry.size) {
      throw new DevenvError('CONTENT_MISMATCH', `${entry.path} changed its size while it was read.`, {
        hint: 'Run the same command again.',
      });
    }
    yield tarPadding(written);
  }
  yield tarEnd;
}

/** What comes before the content of an entry. */
export function* tarHeader(entry: TarEntry): Generator<Uint8Array> {
  yield* paxHeader(entry);
  yield header(entry, typeOf(entry));
}

/** What comes after a content of `size` bytes. */
export const tarPadding = (size: number): Uint8Array => Buffer.alloc((block - (size % block)) % block);

/** What comes after the last entry. */
export const tarEnd: Uint8Array = Buffer.alloc(2 * block);

/** A tar with one small file. */
export function tarOf(path: string, text: string | Uint8Array, mode = 0o644): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text as string);
  return writeTar([{ path, mode, size: bytes.length, content: [bytes] }]);
}

const typeOf = ({ path, link }: TarEntry): string => (link !== undefined ? '2' : path.endsWith('/') ? '5' : '0');

/** A record for what a ustar header cannot hold. */
function* paxHeader({ path, size, link = '', comment }: TarEntry): Generator<Uint8Array> {
  const records: string[] = [];
  if (Buffer.byteLength(path) > 100) records.push(paxRecord('path', path));
  if (Buffer.byteLength(link) > 100) records.push(paxRecord('linkpath', link));
  if (size > largestOctal) records.push(paxRecord('size', String(size)));
  if (comment !== undefined) records.push(paxRecord('comment', comment));
  if (records.length === 0) return;
  const body = Buffer.from(records.join(''));
  yield header({ path: 'PaxHeaders/entry', mode: 0o644, size: body.byteLength }, 'x');
  yield body;
  yield tarPadding(body.byteLength);
}

/** `LENGTH name=value\n`, where LENGTH counts itself. */
function paxRecord(name: string, value: string): string {
  const rest = Buffer.byteLength(` ${name}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length > length) length += 1;
  return `${String(length)} ${name}=${value}\n`;
}

function header({ path, mode, size, link = '', time = 0 }: TarEntry, type: string): Uint8Array {
  const bytes = Buffer.alloc(block);
  const name = Buffer.from(path);
  name.copy(bytes, 0, 0, Math.min(100, name.byteLength));
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  bytes.write(octal(mode, 7), 100);
  bytes.write(octal(0, 7), 108);
  bytes.write(octal(0, 7), 116);
  bytes.write(octal(Math.min(size, largestOctal), 11), 124);
  bytes.write(octal(time, 11), 136);
  bytes.write(' '.repeat(8), 148);
  bytes.write(type, 156);
  const target = Buffer.from(link);
  target.copy(bytes, 157, 0, Math.min(100, target.byteLength));
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)} `, 148);
  return bytes;
}
