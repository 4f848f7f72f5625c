import { readIntent } from '../../capture/commit/commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import { snapshotIntent } from '../../snapshots/snapshot-intent.ts';

/** True if a commit, snapshot or restore of this project runs, or was killed. */
export async function isUnderWay(ports: Pick<Context, 'files' | 'machine'>, folder: string): Promise<boolean> {
  const found = await Promise.all([readIntent(ports, folder), snapshotIntent.read(ports, folder)]);
  return found.some((intent) => intent !== undefined);
}
