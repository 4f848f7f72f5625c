import { Readable } from 'node:stream';
import type { ImageHelper } from './image-helper.ts';
import { listAttributes } from './list-attributes.ts';
import { readRows, rowFormat, type Row } from './read-rows.ts';
import { readTar } from './read-tar.ts';
import { splitInput, toInput } from './to-input.ts';

export interface Upper {
  readonly rows: readonly Row[];
  /** Folders that hide what lies below them. */
  readonly opaque: ReadonlySet<string>;
  /** Names of extended attributes that are not the overlay's own, by path. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
  /** True where entries refer to the layers below for their content: this folder alone does not tell what changed. */
  readonly partial: boolean;
}

const opaqueMark = 'trusted.overlay.opaque';
const references = ['trusted.overlay.metacopy', 'trusted.overlay.redirect'];

/** Everything in an overlay's upper folder, its marks understood. */
export async function listUpper(helper: ImageHelper, folder: string): Promise<Upper> {
  const rows: Row[] = [];
  const keep = makeKeep();
  for await (const row of readRows(helper.read('cd "$1" && find . -mindepth 1 -printf "$2"', [folder, rowFormat]))) {
    rows.push(keep(row));
  }
  const [deleted, found] = await Promise.all([
    findDeletions(helper, folder, rows),
    listAttributes(helper, folder, rows),
  ]);
  const marked = [...found].filter(([, names]) => names.includes(opaqueMark)).map(([path]) => path);
  return {
    rows: rows.map((row) => (deleted.has(row.path) ? { ...row, type: 'w' } : row)),
    opaque: await findOpaque(helper, folder, marked),
    attributes: new Map([...found].filter(([, names]) => names.some((name) => !name.startsWith('trusted.overlay.')))),
    partial: [...found.values()].some((names) => names.some((name) => references.includes(name))),
  };
}

/** Rows without what nobody asks of layers, and without the text that they were read from: there may be a million. */
function makeKeep(): (row: Row) => Row {
  const known = new Map<string, string>();
  return (row) => {
    const facts = known.get(row.facts) ?? row.facts;
    if (facts === row.facts && known.size < 10_000) known.set(facts, facts);
    return { ...row, path: Buffer.from(row.path, 'latin1').toString('latin1'), facts, ctime: '' };
  };
}

/** `find` does not say which device it is. */
async function findDeletions(helper: ImageHelper, folder: string, rows: readonly Row[]): Promise<Set<string>> {
  const devices = rows.filter(({ type }) => type === 'c').map(({ path }) => path);
  if (devices.length === 0) return new Set();
  const script = String.raw`cd "$1" && xargs -0 -r stat --printf '%t:%T\0'`;
  const numbers = (await collect(helper.read(script, [folder], toInput(devices)))).split('\0');
  return new Set(devices.filter((_, index) => numbers[index] === '0:0'));
}

/** The mark has other values, too, which hide nothing. */
async function findOpaque(helper: ImageHelper, folder: string, marked: readonly string[]): Promise<Set<string>> {
  const opaque = new Set<string>();
  if (marked.length === 0) return opaque;
  const script = `cd "$1" && tar --create --format=posix --no-recursion --null --verbatim-files-from --files-from=- \\
    --xattrs --xattrs-include=${opaqueMark} --file=-`;
  for await (const { name, xattrs } of readTar(helper.read(script, [folder], toInput(marked)))) {
    if (xattrs.get(opaqueMark)?.toString('latin1') === 'y') opaque.add(name.toString('latin1').replace(/^\.\//, ''));
  }
  return opaque;
}

/** What a helper's own image has in the root and in some folders; a folder that is reached through a link is none. */
export async function listFolders(helper: ImageHelper, folders: readonly string[]): Promise<Map<string, Row>> {
  const script = `cd / && xargs -0 -r sh -c 'find "$@" -mindepth 1 -maxdepth 1 -printf "$FORMAT" 2>/dev/null; :' sh`;
  const input = Readable.from([Buffer.from('.\0'), ...splitInput(folders)]);
  const found: Row[] = [];
  for await (const row of readRows(helper.read(`export FORMAT="$1"; ${script}`, [rowFormat], input))) found.push(row);
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  const rows = new Map<string, Row>();
  for (const row of found) {
    const folder = row.path.slice(0, Math.max(row.path.lastIndexOf('/'), 0));
    if (folder === '' || rows.get(folder)?.type === 'd') rows.set(row.path, row);
  }
  return rows;
}

/** Of files that the upper folder and the helper's image both have, those whose content differs. */
export async function findDifferent(helper: ImageHelper, folder: string, paths: readonly string[]): Promise<string[]> {
  const script = 'cd "$1" && xargs -0 -r sha256sum --zero --binary --';
  const [upper, parent] = await Promise.all(
    [folder, '/'].map(async (where) => (await collect(helper.read(script, [where], toInput(paths)))).split('\0')),
  );
  return paths.filter((_, index) => upper?.[index]?.slice(0, 64) !== parent?.[index]?.slice(0, 64));
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts).toString('latin1');
}
