/** Whether a path, or a folder that it lies in, is one of those. Quick for paths that come folder by folder. */
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
