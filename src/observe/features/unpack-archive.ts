import { gunzipSync } from 'node:zlib';

export interface FeatureFile {
  /** Relative to the Feature; a folder's ends with `/`. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly content: Uint8Array;
  /** The target of a link, within the Feature. */
  readonly link?: string;
}

/** Bytes of all files together, and entries. */
export const limits = { bytes: 64 * 1024 ** 2, entries: 5_000 };

const block = 512;

/** Why an archive is refused, for people. */
export class ArchiveRefused extends Error {}

interface Header {
  readonly path: string;
  readonly mode: number;
  readonly size: number;
  readonly type: string;
  readonly link: string;
}

/**
 * The files of a tar, compressed by gzip or not: files, folders and links
 * within it. Writes nothing. Throws ArchiveRefused for anything that leads out
 * of it or is too large.
 */
export function unpackArchive(archive: Uint8Array): readonly FeatureFile[] {
  const bytes = decompress(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength));
  const files = new Map<string, FeatureFile>();
  let next: { path?: string; link?: string } = {};
  let entries = 0;
  for (let at = 0; at + block <= bytes.length;) {
    const raw = bytes.subarray(at, at + block);
    if (raw.every((byte) => byte === 0)) break;
    const header = readHeader(raw);
    const content = bytes.subarray(at + block, at + block + header.size);
    if (content.length !== header.size) throw new ArchiveRefused('it ends in the middle of a file');
    at += block + Math.ceil(header.size / block) * block;
    if ((entries += 1) > limits.entries) throw new ArchiveRefused(`it has more than ${String(limits.entries)} files`);
    if (header.type === 'x') Object.assign(next, readPax(content));
    else if (header.type === 'L') next.path = readName(content);
    else if (header.type === 'K') next.link = readName(content);
    else if (header.type !== 'g') {
      const file = toFile({ ...header, ...next }, content);
      next = {};
      if (file !== undefined) files.set(file.path.replace(/\/$/, ''), file);
    }
  }
  refuseDetours(files);
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function decompress(archive: Buffer): Buffer {
  if (archive[0] !== 0x1f || archive[1] !== 0x8b) {
    if (archive.length > limits.bytes * 1.5) throw tooLarge();
    return archive;
  }
  try {
    return gunzipSync(archive, { maxOutputLength: limits.bytes * 1.5 });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      ? tooLarge()
      : new ArchiveRefused('it is not whole');
  }
}

function readHeader(raw: Buffer): Header {
  const octal = (from: number, to: number): number => {
    const digits = /^ *([0-7]{1,12})/.exec(raw.toString('latin1', from, to))?.[1];
    if (digits === undefined) throw new ArchiveRefused('it is not a tar');
    return Number.parseInt(digits, 8);
  };
  const sum = raw.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (octal(148, 156) !== sum) throw new ArchiveRefused('it is not a tar');
  const type = raw[156] === 0 ? '0' : raw.toString('latin1', 156, 157);
  const prefix =
    raw.toString('latin1', 257, 262) === 'ustar' && raw[263] !== 32 ? readName(raw.subarray(345, 500)) : '';
  const name = readName(raw.subarray(0, 100));
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: octal(100, 108) & 0o755,
    size: type === '5' || type === '2' ? 0 : octal(124, 136),
    type,
    link: readName(raw.subarray(157, 257)),
  };
}

function readName(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

/** `LENGTH name=value\n`, again and again. */
function readPax(content: Buffer): { path?: string; link?: string } {
  const found: { path?: string; link?: string } = {};
  for (let at = 0; at < content.length;) {
    const length = Number(/^(\d{1,7}) /.exec(content.toString('latin1', at, at + 9))?.[1] ?? 0);
    if (length < 4) break;
    const [, name, value] = /^\d+ ([^=]+)=([^]*)\n$/.exec(content.toString('utf8', at, at + length)) ?? [];
    // A size above 8 GB would stand here, and is above the limit.
    if (name === 'size') throw tooLarge();
    if (name === 'path' && value !== undefined) found.path = value;
    if (name === 'linkpath' && value !== undefined) found.link = value;
    at += length;
  }
  return found;
}

function toFile({ path: written, mode, type, link }: Header, content: Buffer): FeatureFile | undefined {
  // Of a length first: what comes below takes time for long texts. Without parts that say nothing, under which a path would have two names.
  const path = written.length > longestPath ? written : withoutDots(written);
  if (path === '') return undefined;
  if (!isInside(path)) throw new ArchiveRefused(`the path ${JSON.stringify(written.slice(0, 100))} leads out of it`);
  switch (type) {
    case '0':
    case '7':
      return { path, mode: mode | 0o644, content };
    case '5':
      return { path: `${path}/`, mode: 0o755, content: Buffer.alloc(0) };
    case '2': {
      if (link.startsWith('/') || !isInside([...path.split('/').slice(0, -1), link].join('/'), true))
        throw new ArchiveRefused(`the link ${path} leads out of it`);
      return { path, mode: 0o777, content: Buffer.alloc(0), link };
    }
    default:
      throw new ArchiveRefused(`${path} is a device, a pipe or a hard link`);
  }
}

const longestPath = 400;

/** Keeps a slash at the start, and `..`, which are refused. */
const withoutDots = (path: string): string =>
  (path.startsWith('/') ? '/' : '') +
  path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');

/** Relative, without control characters. `climbs`: `..` may lead up as far as there is something above. */
function isInside(path: string, climbs = false): boolean {
  // oxlint-disable-next-line no-control-regex -- this refuses control characters
  if (path.length > longestPath || path.startsWith('/') || /[\u0000-\u001f\u007f]/.test(path)) return false;
  let depth = 0;
  for (const part of path.split('/')) {
    if (part === '..' && !climbs) return false;
    if (part !== '' && part !== '.') depth += part === '..' ? -1 : 1;
    if (depth < 0) return false;
  }
  return true;
}

/** A path through a link or a file would be somewhere else. */
function refuseDetours(files: ReadonlyMap<string, FeatureFile>): void {
  for (const path of files.keys()) {
    const parts = path.split('/');
    for (let length = 1; length < parts.length; length += 1) {
      const above = files.get(parts.slice(0, length).join('/'));
      if (above !== undefined && !above.path.endsWith('/'))
        throw new ArchiveRefused(`${path} lies below ${above.path}, which is no folder`);
    }
  }
}

const tooLarge = (): ArchiveRefused =>
  new ArchiveRefused(`it is larger than ${String(limits.bytes / 1024 ** 2)} MB unpacked`);
