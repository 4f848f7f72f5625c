import { pathFromLatin1, splitPaths, type BytePath } from '../../model/byte-path.ts';
import type { RawChange } from '../../model/container.ts';
import { readOutput } from '../../observe/read-output.ts';
import type { Runtime } from '../../ports/runtime.ts';

interface NewerPath {
  readonly path: BytePath;
  readonly type: 'folder' | 'socket' | 'other';
}

/** Letters of `find`. */
const types: Readonly<Record<string, NewerPath['type']>> = { d: 'folder', s: 'socket' };

/**
 * Paths whose inode changed after an engine time, the root folder aside, for
 * storage that the helper cannot read. Creating, writing, renaming and changing
 * modes all move an inode's time; a deletion moves that of its folder. Absent
 * if the container's `find` cannot tell.
 */
export async function listNewer(
  runtime: Runtime,
  container: string,
  since: string,
): Promise<readonly NewerPath[] | undefined> {
  const argv = ['find', '/', '-xdev', '-mindepth', '1', '-newerct', since, '-printf', '%y%p\\0'];
  const output = await readOutput(runtime, container, argv);
  return (
    output &&
    splitPaths(output).map((row) => ({ path: pathFromLatin1(row.slice(1)), type: types[row.charAt(0)] ?? 'other' }))
  );
}

/**
 * The changes behind newer paths: each counts as modified, and a deletion is
 * found by comparing its folder with that of `version`, a container of the
 * image that was captured then. `isLeft`: true for paths not to look into.
 */
export async function findDeletions(
  runtime: Runtime,
  container: string,
  version: string,
  newer: readonly NewerPath[],
  isLeft: (path: BytePath) => boolean,
): Promise<readonly RawChange[]> {
  const folders = newer.filter(({ path, type }) => type === 'folder' && !isLeft(path)).map(({ path }) => path);
  const [then, now] = await Promise.all([
    listFolders(runtime, version, folders),
    listFolders(runtime, container, folders),
  ]);
  return [
    ...newer.map(({ path, type }): RawChange => ({
      ...{ path, kind: 'modified' },
      ...(type === 'socket' && { unkept: true }),
    })),
    ...[...then].filter((path) => !now.has(path)).map((path): RawChange => ({ path, kind: 'deleted' })),
  ];
}

/** Absolute paths of the entries of some folders; none for a folder that does not exist. */
async function listFolders(
  runtime: Runtime,
  container: string,
  folders: readonly BytePath[],
): Promise<ReadonlySet<BytePath>> {
  if (folders.length === 0) return new Set();
  const script = 'xargs -0 -r sh -c \'find "$@" -mindepth 1 -maxdepth 1 -print0\' sh 2>/dev/null; exit 0';
  const output = await readOutput(runtime, container, ['sh', '-c', script], folders);
  return new Set(output && splitPaths(output));
}
