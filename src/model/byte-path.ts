declare const bytes: unique symbol;

/**
 * An absolute path in a container. Names may contain any byte but NUL: each
 * character of this string is one byte of the path (0 to 255). Not text: show
 * it with `showPath` or `escapePath`.
 */
export type BytePath = string & { readonly [bytes]: true };

const beyondAscii = /[^\0-\x7f]/;

export function pathFromBytes(path: Uint8Array): BytePath {
  return Buffer.from(path.buffer, path.byteOffset, path.byteLength).toString('latin1') as BytePath;
}

/** The path with the UTF-8 bytes of a text. */
export function pathFromText(text: string): BytePath {
  return (beyondAscii.test(text) ? Buffer.from(text).toString('latin1') : text) as BytePath;
}

/** For output that was decoded as latin1: one character per byte. */
export function pathFromLatin1(text: string): BytePath {
  return text as BytePath;
}

/** Paths in the output of a program, each followed by a separator. */
export function splitPaths(output: Uint8Array, separator: '\0' | '\n' = '\0'): readonly BytePath[] {
  const paths = pathFromBytes(output).split(separator) as BytePath[];
  return paths.filter((path) => path !== '');
}

export function pathToBytes(path: BytePath): Uint8Array {
  return Buffer.from(path, 'latin1');
}

/** For people: bytes that are not UTF-8 become U+FFFD. Keeps control characters: sanitize before printing. */
export function showPath(path: BytePath): string {
  return beyondAscii.test(path) ? Buffer.from(path, 'latin1').toString('utf8') : path;
}

/** For people and records: shows every byte, as `\n`, `\xff` or `\u{202e}` if it is not printable UTF-8. */
export function escapePath(path: BytePath): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(pathToBytes(path));
  } catch {
    return path.replace(/[^ -[\]-~]/g, (character) => escapeByte(character.charCodeAt(0)));
  }
  return text.replace(/[\\\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x80 ? escapeByte(code) : `\\u{${code.toString(16)}}`;
  });
}

function escapeByte(byte: number): string {
  if (byte === 0x0a) return '\\n';
  if (byte === 0x09) return '\\t';
  if (byte === 0x5c) return '\\\\';
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

/** Orders paths so that each folder is directly followed by its content. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.replaceAll('/', '\0'), b.replaceAll('/', '\0')];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** True for a path if `isOne` is true for it or a folder above it. Fast for paths that come folder by folder. */
export function orAbove(isOne: (path: string) => boolean): (path: string) => boolean {
  const isWithin = (path: string): boolean => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (isOne(path.slice(0, end))) return true;
    }
    return false;
  };
  let last = { folder: '', within: false };
  return (path) => {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (folder !== last.folder) last = { folder, within: isWithin(folder) };
    return last.within || isOne(path);
  };
}
