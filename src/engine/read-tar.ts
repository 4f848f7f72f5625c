import { ByteReader } from './byte-reader.ts';

/** One member of a tar, its texts as bytes: names need not be UTF-8. */
export interface TarMember {
  /** As written, without slashes at its end. */
  readonly name: Buffer;
  /** `0` file, `1` hard link, `2` symlink, `3` character, `4` block, `5` folder, `6` fifo. */
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Bytes of content. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly link: Buffer;
  readonly major: number;
  readonly minor: number;
  /** Extended attributes by name. */
  readonly xattrs: ReadonlyMap<string, Buffer>;
  /** To be read, or left, before the next member is asked for. */
  readonly content: AsyncIterable<Uint8Array>;
}

const block = 512;
/** Names, links and attributes together; more is no tar that a kernel's file system can fill. */
const headerLimit = 1024 * 1024;

/**
 * Reads a tar (ustar, pax, GNU) member by member with flat memory. Throws a
 * plain Error where it is damaged or ends early.
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarMember> {
  const reader = new ByteReader(source);
  let extra = new Map<string, Buffer>();
  try {
    for (;;) {
      const head = await reader.take(block);
      if (head === undefined) throw new Error('the tar has no end');
      if (head.every((byte) => byte === 0)) return;
      checkSum(head);
      const type = String.fromCharCode(head[156] ?? 0);
      const size = readSize(head, extra);
      if ('xgLK'.includes(type)) {
        if (size > headerLimit) throw new Error('a header of the tar is too long');
        const body = (await reader.take(padded(size)))?.subarray(0, size) ?? Buffer.alloc(0);
        if (type === 'x') extra = new Map([...extra, ...parsePax(body)]);
        if (type === 'L') extra.set('path', untilNul(body));
        if (type === 'K') extra.set('linkpath', untilNul(body));
        continue;
      }
      let left = padded(size);
      let content = size;
      const read = async function* (): AsyncGenerator<Uint8Array> {
        while (content > 0) {
          const part = await reader.some(content);
          content -= part.length;
          left -= part.length;
          yield part;
        }
      };
      yield toMember(head, extra, type, size, read());
      extra = new Map();
      while (left > 0) left -= (await reader.some(left)).length;
    }
  } finally {
    await reader.close();
  }
}

function toMember(
  head: Buffer,
  extra: ReadonlyMap<string, Buffer>,
  type: string,
  size: number,
  content: AsyncIterable<Uint8Array>,
): TarMember {
  const prefix = head.subarray(257, 263).toString('latin1') === 'ustar\0' ? untilNul(head.subarray(345, 500)) : empty;
  const short = untilNul(head.subarray(0, 100));
  const name = extra.get('path') ?? (prefix.length > 0 ? Buffer.concat([prefix, slash, short]) : short);
  const number = (key: string, from: number, length: number): number =>
    extra.has(key) ? Number(extra.get(key)?.toString('latin1')) : readNumber(head.subarray(from, from + length));
  return {
    name: withoutSlash(name),
    type: type === '\0' || type === '7' ? '0' : type,
    mode: readNumber(head.subarray(100, 108)) & 0o7777,
    uid: number('uid', 108, 8),
    gid: number('gid', 116, 8),
    size,
    mtime: number('mtime', 136, 12),
    link: extra.get('linkpath') ?? untilNul(head.subarray(157, 257)),
    major: readNumber(head.subarray(329, 337)),
    minor: readNumber(head.subarray(337, 345)),
    xattrs: new Map(
      [...extra].flatMap(([key, value]) => (key.startsWith(xattr) ? [[key.slice(xattr.length), value]] : [])),
    ),
    content,
  };
}

const xattr = 'SCHILY.xattr.';
const slash = Buffer.from('/');
const empty = Buffer.alloc(0);

function readSize(head: Buffer, extra: ReadonlyMap<string, Buffer>): number {
  const type = String.fromCharCode(head[156] ?? 0);
  const written = 'xgLK'.includes(type) ? undefined : extra.get('size');
  const size =
    written === undefined ? readNumber(head.subarray(124, 136)) : Number.parseInt(written.toString('latin1'), 10);
  if (!Number.isSafeInteger(size) || size < 0) throw new Error('the tar holds a size that is none');
  // Links and devices may carry a size, but no content.
  return '123456'.includes(type) ? 0 : size;
}

/** `LENGTH key=value\n`, where the value may hold any byte. */
function parsePax(body: Buffer): Map<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.subarray(at, Math.max(space, at)).toString('latin1'));
    const equals = body.indexOf(0x3d, space);
    if (!(length > 0) || equals === -1 || equals >= at + length) throw new Error('the tar holds a broken header');
    // In names of attributes GNU tar writes `=` and `%` as %3D and %25.
    const key = body
      .subarray(space + 1, equals)
      .toString('latin1')
      .replaceAll('%3D', '=')
      .replaceAll('%25', '%');
    records.set(key, Buffer.from(body.subarray(equals + 1, at + length - 1)));
    at += length;
  }
  return records;
}

/** Octal digits, or base 256 where the first bit is set. */
function readNumber(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) return Number.parseInt(untilNul(field).toString('latin1').trim() || '0', 8);
  // Two's complement: a time before 1970 has the bit below set, too.
  let value = ((field[0] ?? 0) & 0x7f) - (((field[0] ?? 0) & 0x40) === 0 ? 0 : 0x80);
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  return value;
}

function checkSum(head: Buffer): void {
  const sum = head.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  if (sum !== readNumber(head.subarray(148, 156))) throw new Error('a header of the tar is damaged');
}

const padded = (size: number): number => Math.ceil(size / block) * block;

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end === -1 ? bytes : bytes.subarray(0, end);
}

function withoutSlash(name: Buffer): Buffer {
  let end = name.length;
  while (end > 1 && name[end - 1] === 0x2f) end -= 1;
  return name.subarray(0, end);
}
