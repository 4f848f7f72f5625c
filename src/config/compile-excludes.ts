import picomatch from 'picomatch';

/**
 * `commit.exclude` → whether a path is left out: it, or a folder that it lies
 * in, fits one of the globs. Paths are absolute, with one character per byte.
 */
export function compileExcludes(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const fits = picomatch(
    globs.map((glob) => Buffer.from(glob, 'utf8').toString('latin1')),
    { dot: true, nonegate: true },
  );
  const isWithin = (path: string): boolean => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (fits(path.slice(0, end))) return true;
    }
    return false;
  };
  // Paths are asked for folder by folder.
  let last = { folder: '', within: false };
  return (path) => {
    const folder = path.slice(0, Math.max(path.lastIndexOf('/'), 0));
    if (folder !== last.folder) last = { folder, within: isWithin(folder) };
    return last.within || fits(path);
  };
}
