import { randomBytes } from 'node:crypto';
import type { FormerPlace } from '../containers/find-former.ts';
import { provideVolumes } from '../containers/volumes/own-volumes.ts';
import { labels } from '../observe/labels.ts';
import { labelPlace, nameResource, type Place } from '../observe/place.ts';
import type { Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import { findTools } from './find-tools.ts';
import { undoSeed } from './seed/undo-seed.ts';
import { snapshotIntent, type SeedIntent } from './snapshot-intent.ts';
import { storeName } from './snapshots.ts';
import { unpackVolumes } from './unpack-volumes.ts';
import { inTask } from '../observe/in-task.ts';

/**
 * Creates volumes with the data that they have under the former path of a moved
 * project, all or none. The old volumes stay.
 */
export async function adoptVolumes(
  context: Context,
  held: Held,
  engine: Engine,
  project: Project,
  place: Place,
  former: FormerPlace,
  names: readonly string[],
): Promise<void> {
  const from = names.map((name) => former.volumes.find((one) => one.labels[labels.volume] === name)?.name ?? '');
  const to = names.map((name) => nameResource(place, name));
  const transaction = randomBytes(6).toString('hex');
  const store = storeName(place, transaction);
  const intent: SeedIntent = {
    ...{ kind: 'seed', transaction, engine: engine.address, volumes: [...to, store] },
  };
  held.check();
  await snapshotIntent.write(context, place.folder, intent);
  const copy = async (): Promise<void> => {
    const image = await findTools(engine.images, project, former);
    const data = await context.snapshotData();
    await engine.volumes.create(store, { ...labelPlace('snapshot', place), [labels.transaction]: transaction });
    const request = { image, store, beside: transaction };
    const saving = await data.open({ ...request, purpose: 'save', volumes: from });
    try {
      await saving.save();
    } finally {
      await saving.close();
    }
    await provideVolumes(engine.volumes, place, names);
    await context.failpoints.reach('adopt:volumes');
    await unpackVolumes(data, { ...request, volumes: to });
    await engine.volumes.remove(store);
  };
  const title = `Copying the data of ${names.join(', ')} from ${former.folder}`;
  await inTask(context.progress, title, copy).catch(async (error: unknown) => {
    await undoSeed(context, place.folder, intent);
    throw error;
  });
  await snapshotIntent.drop(context, place.folder);
}
