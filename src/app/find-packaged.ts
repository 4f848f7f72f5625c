import { createHash } from 'node:crypto';
import type { Changes } from '../ports/changes.ts';
import { readChecksums } from '../secrets/read-checksums.ts';
import type { ScanRequest } from './scan-secrets.ts';

/** Bytes of a package manager's list that are read; the longest known has 3 MB. */
const longest = 32 * 1024 * 1024;

/**
 * Of some changed files those that a package brought and nobody touched: apt's
 * lists of checksums, or pip's, are changed files too, and name them with the
 * checksum that they have. Reads the changes once more, only where there is
 * something to ask. Paths have one character per byte.
 */
export async function findPackaged(
  changes: Changes,
  { container, leaveOut: _, ...standing }: ScanRequest,
  paths: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  if (paths.size === 0) return new Set();
  const sums = new Map<string, readonly string[]>();
  const claimed: { readonly path: string; readonly sum: string }[] = [];
  const want = (path: string): 'all' | 'none' => (paths.has(path) || isList(path) ? 'all' : 'none');
  const options = { ...standing, want, words: [], limit: Number.MAX_SAFE_INTEGER };
  for await (const entry of changes.read(container, options)) {
    if (entry.kind !== 'file') continue;
    const path = Buffer.from(entry.path).toString('latin1');
    if (paths.has(path)) sums.set(path, await sumsOf(entry.content));
    else {
      for (const claim of readChecksums(path, await readText(entry.content))) {
        if (paths.has(claim.path)) claimed.push(claim);
      }
    }
  }
  return new Set(claimed.filter(({ path, sum }) => sums.get(path)?.includes(sum) === true).map(({ path }) => path));
}

function isList(path: string): boolean {
  return /^\/var\/lib\/dpkg\/(?:status|info\/[^/]+\.md5sums)$|\.dist-info\/RECORD$/.test(path);
}

async function sumsOf(content: AsyncIterable<Uint8Array>): Promise<readonly string[]> {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  for await (const chunk of content) {
    md5.update(chunk);
    sha256.update(chunk);
  }
  return [md5.digest('hex'), sha256.digest('base64url')];
}

/** Nothing of a file that is too long to be such a list. */
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
