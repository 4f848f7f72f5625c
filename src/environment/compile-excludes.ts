import { pathFromText, type BytePath, orAbove } from '../model/byte-path.ts';
import picomatch from 'picomatch';

/**
 * `commit.exclude` → whether a path is left out: it, or a folder that it lies
 * in, fits one of the globs.
 */
export function compileExcludes(globs: readonly string[]): (path: BytePath) => boolean {
  if (globs.length === 0) return () => false;
  return orAbove(picomatch(globs.map(pathFromText), { dot: true, nonegate: true }));
}
