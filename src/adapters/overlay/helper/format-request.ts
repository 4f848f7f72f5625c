import type { Request } from './helper-protocol.ts';

const pieceSize = 8 * 1024;

/** The bytes of a request to the helper, in pieces of about 8 KiB. */
export function* formatRequest(request: Request): Generator<Buffer> {
  const [name, words, list]: Untyped = request;
  let piece = formatWords([name, ...words]);
  if (list !== undefined) {
    for (const item of list) {
      piece += formatWords(item);
      if (piece.length < pieceSize) continue;
      yield Buffer.from(piece, 'latin1');
      piece = '';
    }
    piece += '\0';
  }
  if (piece !== '') yield Buffer.from(piece, 'latin1');
}

type Untyped = readonly [name: string, words: readonly string[], list?: Iterable<readonly string[]>];

const formatWords = (words: readonly string[]): string => `${words.join('\0')}\0`;
