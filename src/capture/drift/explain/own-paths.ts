import type { Evidence } from '../../../model/evidence.ts';

export const diversionsFile = '/var/lib/dpkg/diversions';

/**
 * One name for the two that a path has where /bin, /sbin and /lib are links
 * into /usr: packages list the old one, the engine the new one.
 */
export function mergeUsr(path: string): string {
  return /^\/(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path) ? `/usr${path}` : path;
}

/**
 * Tells which packages own a path, by the packages' own lists: names of lists,
 * in the order in which `evidence` has them. A compiled Python file belongs to
 * whoever owns its source. `folders`: those in which paths will be asked for, as
 * `foldersOf` gives them; what packages have elsewhere is not kept.
 */
export function indexOwners(folders: ReadonlySet<string>, evidence: Evidence): (path: string) => readonly string[] {
  const owners = new Map<string, string[]>();
  const diverted = readDiversions(evidence.files.get(diversionsFile) ?? '');
  for (const [list, text] of evidence.lists) {
    for (let start = 0; start < text.length;) {
      const end = text.indexOf('\n', start);
      const line = text.slice(start, end === -1 ? text.length : end);
      start = end === -1 ? text.length : end + 1;
      const path = mergeUsr(placeOf(line, list, diverted));
      if (!folders.has(folderOf(path))) continue;
      const known = owners.get(path);
      if (known === undefined) owners.set(path, [list]);
      else known.push(list);
    }
  }
  return (path) => {
    if (owners.size === 0) return [];
    const own = owners.get(mergeUsr(path)) ?? [];
    const source = sourceOf(path);
    return source === undefined ? own : [...own, ...(owners.get(mergeUsr(source)) ?? [])];
  };
}

/** Where owners of a path are looked for. */
export function foldersOf(path: string): readonly string[] {
  const own = folderOf(mergeUsr(path));
  const source = sourceOf(path);
  return source === undefined ? [own] : [own, folderOf(mergeUsr(source))];
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

function sourceOf(path: string): string | undefined {
  if (!path.includes('/__pycache__/')) return undefined;
  const [, folder, name] = /^(.*)\/__pycache__\/([^/]+)\.[^/.]+(?:\.opt-\d)?\.pyc$/.exec(path) ?? [];
  return folder === undefined || name === undefined ? undefined : `${folder}/${name}.py`;
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));
