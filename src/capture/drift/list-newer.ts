import { pathFromLatin1, splitPaths, type BytePath } from '../../model/byte-path.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { readOutput } from '../../observe/read-output.ts';

/**
 * Paths whose inode changed after a time of the engine: creating, writing,
 * renaming and changing modes all move it; a deletion moves that of its folder.
 * Absent where the workspace's `find` cannot tell.
 */
export async function listNewer(
  runtime: Runtime,
  container: string,
  since: string,
): Promise<readonly { readonly path: BytePath; readonly folder: boolean }[] | undefined> {
  const argv = ['find', '/', '-xdev', '-newerct', since, '-printf', '%y%p\\0'];
  const output = await readOutput(runtime, container, argv);
  return (
    output && splitPaths(output).map((row) => ({ path: pathFromLatin1(row.slice(1)), folder: row.startsWith('d') }))
  );
}
