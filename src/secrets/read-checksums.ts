import { pathFromLatin1, type BytePath } from '../model/byte-path.ts';

export interface Checksum {
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
