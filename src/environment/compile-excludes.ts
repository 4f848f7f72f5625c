import picomatch from 'picomatch';
import { orAbove } from '../model/or-above.ts';

/**
 * `commit.exclude` → whether a path is left out: it, or a folder that it lies
 * in, fits one of the globs. Paths are absolute, with one character per byte.
 */
export function compileExcludes(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return orAbove(
    picomatch(
      globs.map((glob) => Buffer.from(glob, 'utf8').toString('latin1')),
      { dot: true, nonegate: true },
    ),
  );
}
