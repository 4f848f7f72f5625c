import { findProject } from '../../environment/find.ts';
import type { Context } from '../../ports/context.ts';
import { endIntent } from './recover-end.ts';
import { isUnderWay } from './is-under-way.ts';

/**
 * Repairs what a killed command of this project left, such as a paused
 * workspace. Every command calls it before its first engine call. Reads three
 * small files if nothing was killed. Ignores commands that still run.
 */
export async function mendKilledCommit(
  ports: Pick<Context, 'files' | 'machine' | 'folder' | 'projectLock'>,
): Promise<void> {
  const folder = await findProject(ports.files, ports.folder).then(
    (place) => place.folder,
    () => undefined,
  );
  if (folder === undefined) return;
  const [underWay, ending] = await Promise.all([isUnderWay(ports, folder), endIntent.read(ports, folder)]);
  if (!underWay && ending === undefined) return;
  const lock = await ports.projectLock();
  // Every holder of the lock repairs first: this one does nothing else.
  if (await lock.isFree(folder)) await lock.hold(folder, 'recovery', async () => undefined);
}
