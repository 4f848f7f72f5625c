import { findProject } from '../../environment/find.ts';
import type { Context } from '../../ports/context.ts';
import { isUnderWay } from './is-under-way.ts';

/**
 * Mends what a killed commit or snapshot of this project left, its workspace
 * paused above all: called by every command before it asks the engine
 * anything. Costs a look at two small files where nothing was killed. One that
 * runs is left alone.
 */
export async function mendKilledCommit(
  ports: Pick<Context, 'files' | 'machine' | 'folder' | 'projectLock'>,
): Promise<void> {
  const folder = await findProject(ports.files, ports.folder).then(
    (place) => place.folder,
    () => undefined,
  );
  if (folder === undefined || !(await isUnderWay(ports, folder))) return;
  const lock = await ports.projectLock();
  // Who holds it mends it too, being the first thing that he does.
  if (await lock.isFree(folder)) await lock.hold(folder, 'recovery', async () => undefined);
}
