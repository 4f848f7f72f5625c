import { randomBytes } from 'node:crypto';
import { requireTrust } from '../../containers/require-trust.ts';
import { requireRestrictable } from '../../containers/restrict.ts';
import { provideVolumes } from '../../containers/volumes/own-volumes.ts';
import { inTask } from '../../observe/in-task.ts';
import { nameResource, type Place } from '../../observe/place.ts';
import type { Project } from '../../observe/project.ts';
import type { Context } from '../../ports/context.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Held } from '../../ports/project-lock.ts';
import { findTools } from '../find-tools.ts';
import { makeWorkspace } from './make-workspace.ts';
import { requireFree } from './require-free.ts';
import { refuseMissing } from '../restore-source.ts';
import { snapshotIntent, type MakingIntent } from '../snapshot-intent.ts';
import type { Kept } from '../snapshots.ts';
import { unpackVolumes } from '../unpack-volumes.ts';
import { undoMaking } from './undo-making.ts';

/**
 * Restores a snapshot of another workspace into a new one. Returns what
 * `makeWorkspace` returns. Throws WORKSPACE_EXISTS and NOT_TRUSTED before
 * anything was made, and what `makeWorkspace` throws.
 */
export async function restoreInto(
  context: Context,
  held: Held,
  engine: Engine,
  project: Project,
  place: Place,
  { snapshot, store, image }: Kept,
): Promise<boolean> {
  refuseMissing(snapshot, []);
  await requireFree(engine, place);
  const { restricted } = snapshot;
  if (restricted !== undefined) requireRestrictable(project.environment, restricted);
  const agreed = await requireTrust(context, project);
  const transaction = randomBytes(6).toString('hex');
  const volumes = snapshot.volumes.flatMap((one) => (one.kind === 'named' ? one.name : []));
  const making: MakingIntent = {
    ...{ kind: 'making', transaction, engine: engine.address, place },
    volumes: volumes.map((name) => nameResource(place, name)),
  };
  held.check();
  await snapshotIntent.write(context, place.folder, making);
  try {
    await provideVolumes(engine.volumes, place, volumes);
    if (volumes.length > 0)
      await inTask(context.progress, `Unpacking the data of ${volumes.join(', ')}`, async () => {
        const image = await findTools(engine.images, project, { containers: [], services: [] });
        const data = await context.snapshotData();
        await unpackVolumes(data, { image, volumes: making.volumes, store, beside: transaction });
      });
    await context.failpoints.reach('fork:copied');
    const { container: copy } = snapshot;
    const told =
      copy === undefined ||
      (await makeWorkspace(context, held, engine, project, {
        ...{ place, agreed, copy, image, transaction, restricted, fresh: false },
      }));
    await snapshotIntent.drop(context, place.folder);
    return told;
  } catch (error) {
    if (!context.signal.aborted) {
      await undoMaking(context, engine, making, 'failed');
      await snapshotIntent.drop(context, place.folder);
    }
    throw error;
  }
}
