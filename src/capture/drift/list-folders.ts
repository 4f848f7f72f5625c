import { splitPaths, type BytePath } from '../../model/byte-path.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { readOutput } from '../../observe/read-output.ts';

/** Absolute paths of what lies directly in some folders; nothing for those that are not there. */
export async function listFolders(
  runtime: Runtime,
  container: string,
  folders: readonly BytePath[],
): Promise<ReadonlySet<BytePath>> {
  if (folders.length === 0) return new Set();
  const script = 'xargs -0 -r sh -c \'find "$@" -mindepth 1 -maxdepth 1 -print0\' sh 2>/dev/null; exit 0';
  const output = await readOutput(runtime, container, ['sh', '-c', script], folders);
  return new Set(output && splitPaths(output));
}
