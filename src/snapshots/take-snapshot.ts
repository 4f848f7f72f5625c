import { randomBytes } from 'node:crypto';
import { formatTime } from '../model/format-count.ts';
import type { Image } from '../model/image.ts';
import type { Snapshot, SnapshotCause } from '../model/snapshot.ts';
import { readRestrictions } from '../observe/find-workspace.ts';
import { labels } from '../observe/labels.ts';
import { labelPlace, type Place } from '../observe/place.ts';
import { identifyPlace, type Project } from '../observe/project.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Images } from '../ports/images.ts';
import type { Held } from '../ports/project-lock.ts';
import { copyStill } from './copy-still.ts';
import { observeSource, type ObservedSource, type SnapshotScope } from './observe-source.ts';
import {
  findExpired,
  findSnapshots,
  imageName,
  markSnapshot,
  removeOrphans,
  removeSnapshot,
  storeName,
} from './snapshots.ts';
import type { StillCopy } from './still-copier.ts';

export interface TakeOptions {
  readonly workspace: string;
  readonly message: string;
  readonly cause: SnapshotCause;
  readonly of: SnapshotScope;
}

/**
 * Takes a snapshot of a workspace. The caller holds the project's lock. Absent if
 * there is nothing to copy. Throws what `copyStill` throws.
 */
export async function takeSnapshot(
  context: Context,
  held: Held,
  project: Project,
  options: TakeOptions,
): Promise<Snapshot | undefined> {
  const engine = await context.engine();
  const place = await identifyPlace(context, project, options.workspace);
  const observed = await observeSource(engine, project, place, options.of);
  if (observed === undefined) return undefined;
  await removeOrphans(engine, place);
  const transaction = randomBytes(6).toString('hex');
  const store = storeName(place, transaction);
  const image = imageName(place, transaction);
  const { volumes, tools } = observed;
  const snapshot = await copyStill(context, held, engine, place, {
    title: 'Taking a snapshot',
    observed,
    intent: { transaction, store, image },
    open: async () => {
      await engine.volumes.create(store, { ...labelPlace('snapshot', place), [labels.transaction]: transaction });
      const names = volumes.map(({ name }) => name);
      return (await context.snapshotData()).open({
        ...{ image: tools, purpose: 'save', volumes: names, store, beside: transaction },
      });
    },
    complete: async (copy) => {
      const taken = await describe(engine, place, observed, copy, image, options);
      held.check();
      await markSnapshot(engine.volumes, place, transaction, taken);
      await context.failpoints.reach('snapshot:marked');
      return taken;
    },
  });
  // The snapshot that is to be restored may have expired.
  if (options.cause !== 'restore')
    for (const one of await findExpired(context, engine, place)) await removeSnapshot(engine, one);
  return snapshot;
}

async function describe(
  engine: Engine,
  place: Place,
  { source, volumes }: ObservedSource,
  { container, data, pauses }: StillCopy,
  image: string,
  { message, cause }: TakeOptions,
): Promise<Snapshot> {
  const { sizes, copied } = await data;
  const added = container === undefined ? 0 : await measure(engine.images, image, source?.parent);
  const now = Date.parse(await engine.runtime.now());
  const { kept } = await findSnapshots(engine.volumes, place);
  const restricted = source && readRestrictions(source.container);
  return {
    number: Math.max(0, ...kept.map(({ snapshot }) => snapshot.number)) + 1,
    date: formatTime(now),
    ...{ message, cause },
    ...(container !== undefined && { container }),
    ...(restricted !== undefined && { restricted }),
    volumes: volumes.map(({ identity }, index) => ({ ...identity, bytes: sizes[index] ?? 0 })),
    pauses,
    ...(copied !== undefined && { copied }),
    bytes: sizes.reduce((sum, size) => sum + size, added),
  };
}

/** Bytes of an image beyond its parent. */
async function measure(images: Images, reference: string, parent: Image | undefined): Promise<number> {
  const image = await images.inspect(reference);
  return image === undefined ? 0 : Math.max(0, image.size - (parent?.size ?? 0));
}
