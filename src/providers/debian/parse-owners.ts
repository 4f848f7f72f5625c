/** Prints the lists of dpkg, each after a line with its path. Prints nothing if there is no dpkg. */
export const listOwners = ['sh', '-c', 'for f in /var/lib/dpkg/info/*.list; do printf "@%s\\n" "$f"; cat "$f"; done'];

/** Path → the Debian package that it belongs to. A folder belongs to several packages, and so to none. */
export function parseOwners(output: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  const shared = new Set<string>();
  let name = '';
  for (const line of output.split('\n')) {
    if (line.startsWith('@')) {
      name = /\/([^/:]+)(?::[^/]*)?\.list$/.exec(line)?.[1] ?? '';
    } else if (line.startsWith('/') && name !== '') {
      // Packages name /bin/x what lies in /usr/bin/x since the two were merged.
      for (const path of [line, `/usr${line}`]) {
        if (owners.has(path)) shared.add(path);
        else if (path === line || /^\/(bin|sbin|lib\w*)\//.test(line)) owners.set(path, name);
      }
    }
  }
  for (const path of shared) owners.delete(path);
  return owners;
}
