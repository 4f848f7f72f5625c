/**
 * Folders among changed paths that only exist to hold a mount: nothing else
 * below them changed. Paths are absolute and may lie at or below a mount.
 */
export function findMountFolders(paths: readonly string[], targets: readonly string[]): ReadonlySet<string> {
  const leading = listLeading(targets);
  const places = new Set(targets);
  const isMounted = (path: string): boolean => places.has(path) || listAbove(path).some((above) => places.has(above));
  const others = paths.filter((path) => !leading.has(path) && !isMounted(path));
  const busy = new Set(others.flatMap(listAbove));
  return new Set(paths.filter((path) => leading.has(path) && !busy.has(path)));
}

/** All folders above some paths, without the root. */
export function listLeading(targets: readonly string[]): ReadonlySet<string> {
  return new Set(targets.flatMap(listAbove));
}

/** `/a/b/c` → `/a`, `/a/b`. */
function listAbove(path: string): string[] {
  const above: string[] = [];
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) above.push(path.slice(0, end));
  return above;
}
