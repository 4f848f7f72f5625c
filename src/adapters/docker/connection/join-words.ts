/** A request to the helper: its words ended by NUL, in pieces of some size. */
export function* joinWords(words: Iterable<string>): Generator<Buffer> {
  const size = 8 * 1024;
  let piece = '';
  for (const word of words) {
    piece += `${word}\0`;
    if (piece.length < size) continue;
    yield Buffer.from(piece, 'latin1');
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece, 'latin1');
}
