import type { Mount } from '../model/container.ts';
import { addDifferent, decideDelta, type Delta } from './decide-delta.ts';
import { makeLeftOut } from './left-out.ts';
import { listFolders } from './list-folders.ts';
import { findMountFolders } from './mount-folders.ts';
import type { FoundRow } from './read-found-row.ts';
import type { StorageHelper } from './storage-helper.ts';

export interface UpperComparison {
  /** Everything in the upper folder, by path. */
  readonly rows: ReadonlyMap<string, FoundRow>;
  /** What the parent has in the folders of the upper one. */
  readonly parent: ReadonlyMap<string, FoundRow>;
  readonly delta: Delta;
  /** True where entries refer to the layers below for their content: the upper folder alone does not tell what changed. */
  readonly partial: boolean;
}

export interface ComparisonRequest {
  /** Made of the parent, with the container's upper folder. */
  readonly helper: StorageHelper;
  /** Where the helper has that folder. */
  readonly upper: string;
  /** What the parent has in some folders; asked of the helper where absent. */
  readonly listParent?: (folders: readonly string[]) => Promise<ReadonlyMap<string, FoundRow>>;
  /** One made of the image that the container was made from, where that is not the parent. */
  readonly base: () => Promise<StorageHelper | undefined>;
  /** What the container has mounted. */
  readonly mounts: readonly Mount[];
  /** Engine time when the parent was captured from the container; absent where the container was made from it. */
  readonly since: string | undefined;
  readonly leaveOut: (path: string) => boolean;
}

/** Compares what a container has with the image of the version that it stands at. */
export async function compareUpper(request: ComparisonRequest): Promise<UpperComparison> {
  const { helper, mounts, leaveOut } = request;
  const since = request.since === undefined ? undefined : toSeconds(request.since);
  const own = makeLeftOut(mounts);
  const rows = new Map<string, FoundRow>();
  for await (const row of helper.listTree(request.upper)) if (!own(`/${row.path}`)) rows.set(row.path, row);
  const root = rows.get('');
  rows.delete('');
  const folders = [...rows.values()].filter(({ type }) => type === 'd').map(({ path }) => path);
  const parent = new Map(await (request.listParent?.(folders) ?? listFolders(helper, folders)));
  for (const path of parent.keys()) if (own(`/${path}`)) parent.delete(path);
  leaveOutMountFolders(rows, parent, mounts);
  const upper = [...rows.values()];
  const delta = decideDelta({
    upper,
    opaque: new Set(upper.filter(({ opaque }) => opaque).map(({ path }) => path)),
    parent,
    since,
    base: since === undefined ? () => true : await findBase(request, { rows, root, parent, since, folders }),
    leaveOut,
  });
  const partial = upper.some((row) => row.partial);
  if (delta.doubtful.length === 0) return { rows, parent, delta, partial };
  const different = await helper.findDifferent(request.upper, delta.doubtful);
  return { rows, parent, delta: addDifferent(delta, different, upper), partial };
}

/** The engine makes folders that lead to a mount: they are nobody's change, unless the parent has them, too. */
function leaveOutMountFolders(
  rows: Map<string, FoundRow>,
  parent: ReadonlyMap<string, FoundRow>,
  mounts: readonly Mount[],
): void {
  const paths = [...rows.keys()].map((path) => `/${path}`);
  const targets = mounts.map(({ target }) => Buffer.from(target).toString('latin1'));
  for (const folder of findMountFolders(paths, targets)) {
    const path = folder.slice(1);
    if (rows.get(path)?.type === 'd' && !parent.has(path)) rows.delete(path);
  }
}

interface Sides {
  readonly rows: ReadonlyMap<string, FoundRow>;
  readonly root: FoundRow | undefined;
  readonly parent: ReadonlyMap<string, FoundRow>;
  readonly since: string;
  readonly folders: readonly string[];
}

/**
 * Tells which paths of the parent also the container's own image has. Where a
 * folder did not change since the parent was captured, nothing can have gone
 * from it: what is not in the upper folder comes from that image, which is only
 * asked where there is a doubt.
 */
async function findBase(request: ComparisonRequest, sides: Sides): Promise<(path: string) => boolean> {
  const { rows, root, parent, since, folders } = sides;
  const isFresh = (folder: string): boolean => ((folder === '' ? root : rows.get(folder))?.ctime ?? '') > since;
  const fresh = new Set(['', ...folders].filter(isFresh));
  const doubtful = [...parent.keys()].some(
    (path) => !rows.has(path) && fresh.has(folderOf(path)) && !request.leaveOut(`/${path}`),
  );
  if (!doubtful) return () => true;
  const base = await request.base();
  if (base === undefined) return () => true;
  const below = await listFolders(
    base,
    [...fresh].filter((path) => path !== ''),
  );
  return (path) => !fresh.has(folderOf(path)) || below.has(path);
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** ISO 8601 → seconds with ten digits after the point, as rows have them. */
export function toSeconds(time: string): string {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return `${String(Math.floor(Date.parse(time) / 1000))}.${fraction.padEnd(10, '0').slice(0, 10)}`;
}
