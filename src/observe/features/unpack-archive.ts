import { gunzipSync } from 'node:zlib';
import { ArchiveRefused, parsePax, parseTarHeader, readTarName, type TarHeader } from '../../model/tar/tar-header.ts';

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
    const header = parseTarHeader(raw);
    const content = bytes.subarray(at + block, at + block + header.size);
    if (content.length !== header.size) throw new ArchiveRefused('it ends in the middle of a file');
    at += block + Math.ceil(header.size / block) * block;
    if ((entries += 1) > limits.entries) throw new ArchiveRefused(`it has more than ${String(limits.entries)} files`);
    if (header.type === 'x') Object.assign(next, readPax(content));
    else if (header.type === 'L') next.path = readTarName(content);
    else if (header.type === 'K') next.link = readTarName(content);
    else if (header.type !== 'g') {
      const file = toFile({ ...header, ...next, mode: header.mode & 0o755 }, content);
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

/** A size above 8 GB would stand there, and is above the limit. */
function readPax(content: Buffer): { path?: string; link?: string } {
  const { path, linkpath, size } = parsePax(content);
  if (size !== undefined) throw tooLarge();
  return { ...(path !== undefined && { path }), ...(linkpath !== undefined && { link: linkpath }) };
}

function toFile({ path: written, mode, type, link }: TarHeader, content: Buffer): FeatureFile | undefined {
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
