import type { Ask } from './ask-image.ts';

const script = 'for f in /var/lib/dpkg/info/*.list; do printf "@%s\\n" "$f"; cat "$f"; done';

/** Which Debian package a path belongs to; empty where there is no dpkg. Paths as in a Tree: a character is a byte. */
export async function listOwners(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const { exitCode, stdout } = await ask({ argv: ['sh', '-c', script] });
  return exitCode === 0 ? parseOwners(stdout.toString('latin1')) : new Map();
}

/** A folder belongs to several packages, and so to none. */
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
