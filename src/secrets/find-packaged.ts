import { type BytePath, pathFromLatin1 } from '../model/byte-path.ts';
import { createHash } from 'node:crypto';
import type { Digest } from '../model/version.ts';
import type { Changes, Listing } from '../ports/changes.ts';

export interface ScanRequest {
  readonly container: string;
  /** Id of the image of the version that the container stands at. */
  readonly image: string;
  /** Engine time when that was captured from the container. */
  readonly since?: string;
  /** Engine time: only what changed after it. */
  readonly after?: string;
  /** As Changes has them. */
  readonly listed?: Listing;
  readonly onAsked?: () => void;
  /** True for a path that is excluded from the version. */
  readonly leaveOut: (path: BytePath) => boolean;
}

/** Bytes read of a package manager's list. The longest known one has 3 MB. */
const longest = 32 * 1024 * 1024;

interface PackagedFile {
  /** sha256 of the file. */
  readonly content: Digest;
  /** True if it is unchanged since a package brought it. */
  readonly packaged: boolean;
}

/**
 * Finds which of some changed files are unchanged since a package brought them:
 * the checksum lists of dpkg and pip, changed files too, have their checksums.
 * Reads the changes a second time, only if `paths` is not empty.
 */
export async function findPackaged(
  changes: Pick<Changes, 'read'>,
  { container, leaveOut: _, ...standing }: ScanRequest,
  paths: ReadonlySet<BytePath>,
): Promise<ReadonlyMap<BytePath, PackagedFile>> {
  if (paths.size === 0) return new Map();
  const sums = new Map<BytePath, Sums>();
  const claimed: Checksum[] = [];
  const want = (path: BytePath): 'all' | 'none' => (paths.has(path) || isList(path) ? 'all' : 'none');
  const options = { ...standing, want, words: [], limit: 64 * 1024 * 1024 };
  for await (const entry of changes.read(container, options)) {
    if (entry.kind !== 'file') continue;
    const { path } = entry;
    if (paths.has(path)) sums.set(path, await sumsOf(entry.content));
    else {
      for (const claim of readChecksums(path, await readText(entry.content))) {
        if (paths.has(claim.path)) claimed.push(claim);
      }
    }
  }
  const packaged = new Set<string>();
  for (const { path, sum } of claimed) {
    const found = sums.get(path);
    if (found?.md5 === sum || found?.sha256.toString('base64url') === sum) packaged.add(path);
  }
  return new Map(
    [...sums].map(([path, { sha256 }]) => [
      path,
      { content: `sha256:${sha256.toString('hex')}`, packaged: packaged.has(path) },
    ]),
  );
}

interface Sums {
  /** Hex. */
  readonly md5: string;
  readonly sha256: Buffer;
}

function isList(path: string): boolean {
  return /^\/var\/lib\/dpkg\/(?:status|info\/[^/]+\.md5sums)$|\.dist-info\/RECORD$/.test(path);
}

async function sumsOf(content: AsyncIterable<Uint8Array>): Promise<Sums> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for await (const chunk of content) {
    md5.update(chunk);
    sha256.update(chunk);
  }
  return { md5: md5.digest('hex'), sha256: sha256.digest() };
}

/** Empty for a file that is too long for such a list. */
async function readText(content: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    length += chunk.length;
    if (length <= longest) chunks.push(Uint8Array.from(chunk));
  }
  if (length > longest) return '';
  return Buffer.concat(chunks).toString('latin1');
}

interface Checksum {
  readonly path: BytePath;
  /** md5 in hex (dpkg), or sha256 in base64url (pip). */
  readonly sum: string;
}

/**
 * Reads the checksums of a package manager's list: dpkg's `PACKAGE.md5sums`, the
 * configuration files in dpkg's `status`, pip's `RECORD`. `path`: of the list.
 * `text`: one character per byte.
 */
export function* readChecksums(path: string, text: string): Generator<Checksum> {
  if (path.endsWith('.md5sums')) {
    for (const [, sum = '', file = ''] of matchLines(text, /^([0-9a-f]{32}) [ *](.+)$/))
      yield* mergedUsr(`/${file}`, sum);
  } else if (path.endsWith('/RECORD')) {
    const folder = path.replace(/\/[^/]+\.dist-info\/RECORD$/, '');
    for (const [, quoted, bare, sum = ''] of matchLines(text, /^(?:"([^"]+)"|([^",]+)),sha256=([\w-]{43}),/)) {
      yield { path: pathFromLatin1(resolve(folder, quoted ?? bare ?? '')), sum };
    }
  } else {
    for (const [, file = '', sum = ''] of matchLines(text, /^ (\/.+) ([0-9a-f]{32})(?: obsolete)?$/)) {
      yield* mergedUsr(file, sum);
    }
  }
}

/** Line by line: with the `m` flag, `^` also matches behind a carriage return, and a long line would be read again from each. */
function* matchLines(text: string, pattern: RegExp): Generator<RegExpExecArray> {
  for (const line of text.split('\n')) {
    const match = pattern.exec(line);
    if (match !== null) yield match;
  }
}

/** Since /usr was merged, `/lib/x` of a package is `/usr/lib/x`. */
function* mergedUsr(path: string, sum: string): Generator<Checksum> {
  yield { path: pathFromLatin1(path), sum };
  if (/^\/(?:bin|sbin|lib\w*)\//.test(path)) yield { path: pathFromLatin1(`/usr${path}`), sum };
}

function resolve(folder: string, file: string): string {
  if (file.startsWith('/')) return file;
  const parts = folder.split('/');
  for (const part of file.split('/')) {
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
