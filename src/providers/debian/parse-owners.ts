/** argv that prints the lists of dpkg, each after a line with its path. Prints nothing without dpkg. */
export const listOwners = ['sh', '-c', 'for f in /var/lib/dpkg/info/*.list; do printf "@%s\\n" "$f"; cat "$f"; done'];

/** Path → its Debian package. A folder of several packages has none. */
export function parseOwners(output: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  let name = '';
  for (const line of output.split('\n')) {
    if (line.startsWith('@')) {
      name = /\/([^/:]+)(?::[^/]*)?\.list$/.exec(line)?.[1] ?? '';
    } else if (line.startsWith('/') && name !== '') {
      // Since /usr was merged, /bin/x of a package is /usr/bin/x.
      for (const path of [line, `/usr${line}`]) {
        if (owners.has(path)) shared.add(path);
        else if (path === line || /^\/(bin|sbin|lib\w*)\//.test(line)) owners.set(path, name);
      }
    }
  }
  for (const path of shared) owners.delete(path);
  return owners;
}
