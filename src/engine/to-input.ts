import { Readable } from 'node:stream';

/** Paths for a program's input, each ended by NUL; one character per byte, no slash at the start. */
export const toInput = (paths: readonly string[]): Readable => Readable.from(splitInput(paths));

/** In pieces of some size. */
export function* splitInput(paths: readonly string[]): Generator<Buffer> {
  for (let at = 0; at < paths.length; at += 1000) {
    const piece = paths.slice(at, at + 1000).map((path) => `./${path}\0`);
    yield Buffer.from(piece.join(''), 'latin1');
  }
}
