import { pathFromText, type BytePath, orAbove } from '../model/byte-path.ts';
import picomatch from 'picomatch';

/** Compiles `commit.exclude`: true for a path that matches a glob, or lies in a folder that does. */
export function compileExcludes(globs: readonly string[]): (path: BytePath) => boolean {
  if (globs.length === 0) return () => false;
  return orAbove(picomatch(globs.map(pathFromText), { dot: true, nonegate: true }));
}
