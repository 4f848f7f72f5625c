import type { Evidence } from '../../../model/evidence.ts';

export const diversionsFile = '/var/lib/dpkg/diversions';

/**
 * The path below /usr for one in /bin, /sbin or /lib, which are links there:
 * packages list the one path, the engine the other.
 */
export function mergeUsr(path: string): string {
  return /^\/(?:bin|sbin|lib|lib32|lib64|libx32)\//.test(path) ? `/usr${path}` : path;
}

/**
 * Finds the packages that own a path, by their file lists: names of lists, in
 * the order of `evidence`. A compiled Python file belongs to the owner of its
 * source. `folders`: the folders of the paths to ask for, from `foldersOf`; files
 * elsewhere are not indexed.
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

/** Folders in which owners of a path are looked for. */
export function foldersOf(path: string): readonly string[] {
  const own = folderOf(mergeUsr(path));
  const source = sourceOf(path);
  return source === undefined ? [own] : [own, folderOf(mergeUsr(source))];
}

interface Diversion {
  readonly to: string;
  readonly by: string;
}

/** Triples of lines: the path, where the file of other packages is diverted to, and the package that owns the path. */
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
