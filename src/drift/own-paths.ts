import type { Evidence } from '../model/evidence.ts';

export const diversionsFile = '/var/lib/dpkg/diversions';

/**
 * One name for the two that a path has where /bin, /sbin and /lib are links
 * into /usr: packages list the old one, the engine the new one.
 */
export function mergeUsr(path: string): string {
  return /^\/(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path) ? `/usr${path}` : path;
}

/**
 * Which packages own which of the given paths, by the packages' own lists:
 * path → names of lists, in the order in which `evidence` has them. A compiled
 * Python file belongs to whoever owns its source.
 */
export function ownPaths(paths: Iterable<string>, evidence: Evidence): ReadonlyMap<string, readonly string[]> {
  const wanted = new Map<string, string[]>();
  for (const path of paths) {
    for (const key of [mergeUsr(path), mergeUsr(sourceOf(path))]) {
      const aliases = wanted.get(key);
      if (aliases === undefined) wanted.set(key, [path]);
      else if (!aliases.includes(path)) aliases.push(path);
    }
  }
  const diverted = readDiversions(evidence.files.get(diversionsFile) ?? '');
  const owners = new Map<string, string[]>();
  for (const [list, text] of evidence.lists) {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      const line = text.slice(start, end === -1 ? text.length : end);
      start = end === -1 ? text.length : end + 1;
      const aliases = wanted.get(mergeUsr(placeOf(line, list, diverted)));
      if (aliases === undefined) continue;
      for (const alias of aliases) {
        const known = owners.get(alias);
        if (known === undefined) owners.set(alias, [list]);
        else known.push(list);
      }
    }
  }
  return owners;
}

interface Diversion {
  readonly to: string;
  readonly by: string;
}

/** Triples of lines: the path, where others' file of that name lies, and the package that has the path to itself. */
function readDiversions(text: string): ReadonlyMap<string, Diversion> {
  const lines = text.split('\n');
  const diversions = new Map<string, Diversion>();
  for (let index = 0; index + 2 < lines.length; index += 3) {
    const [from = '', to = '', by = ''] = lines.slice(index, index + 3);
    diversions.set(from, { to, by });
  }
  return diversions;
}

function placeOf(line: string, list: string, diversions: ReadonlyMap<string, Diversion>): string {
  const diversion = diversions.get(line);
  return diversion === undefined || diversion.by === list.split(':')[0] ? line : diversion.to;
}

function sourceOf(path: string): string {
  const [, folder, name] = /^(.*)\/__pycache__\/([^/]+)\.[^/.]+(?:\.opt-\d)?\.pyc$/.exec(path) ?? [];
  return folder === undefined || name === undefined ? path : `${folder}/${name}.py`;
}
