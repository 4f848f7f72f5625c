import { randomBytes } from 'node:crypto';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { ContainerCopy, Snapshot, SnapshotCause } from '../model/snapshot.ts';
import type { Engine } from '../ports/engine.ts';
import type { Volumes } from '../ports/volumes.ts';
import type { Images } from '../ports/images.ts';
import type { DataSession } from '../ports/snapshot-data.ts';
import type { Held } from '../ports/project-lock.ts';
import { captureUnversioned } from '../capture/still/capture-unversioned.ts';
import { resumeAfterFailure } from '../capture/still/hold-still.ts';
import type { Context } from '../ports/context.ts';
import { settle, QuiescedWriters } from './quiesce-writers.ts';
import { labels } from '../observe/labels.ts';
import { observeSource, type ObservedSource, type SnapshotScope, type Source } from './observe-source.ts';
import { identifyPlace, type Project } from '../observe/project.ts';
import { labelPlace, type Place } from '../observe/place.ts';
import { snapshotIntent, type SnapshotIntent } from './snapshot-intent.ts';
import {
  findExpired,
  findSnapshots,
  imageName,
  markSnapshot,
  holdVersion,
  removeOrphans,
  removeParts,
  removeSnapshot,
  storeName,
} from './snapshots.ts';
import { formatTime } from '../model/format-count.ts';

export interface TakeOptions {
  readonly workspace: string;
  readonly message: string;
  readonly cause: SnapshotCause;
  readonly of: SnapshotScope;
}

/**
 * Copies a workspace, its volumes and its services' data as they are at one
 * moment. The caller holds the project's lock. Absent if there is nothing to
 * copy. Throws QUIESCE_FAILED, ENGINE_REFUSED, SPARSE_FILE, RESERVED_NAME;
 * everything runs on then, and nothing is left.
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
  const intent: SnapshotIntent = {
    ...{ kind: 'snapshot', transaction, engine: engine.address },
    ...(observed.source !== undefined && { container: observed.source.container.id }),
    paused: observed.writers.flatMap(({ container, quiesce }) =>
      quiesce === undefined && container.state === 'running' ? [container.id] : [],
    ),
    after: observed.writers.flatMap(({ container, quiesce }) =>
      quiesce?.after !== undefined && container.state === 'running'
        ? [{ container: container.id, command: quiesce.after }]
        : [],
    ),
    store: storeName(place, transaction),
    image: imageName(place, transaction),
  };
  const task = context.progress.task('Taking a snapshot');
  held.check();
  await snapshotIntent.write(context, project.folder, intent);
  try {
    await context.failpoints.reach('snapshot:intent');
    const snapshot = await copy(context, engine, place, intent, observed, options);
    await context.failpoints.reach('snapshot:copied');
    if (context.signal.aborted)
      throw new DevenvError('INTERRUPTED', 'The snapshot was interrupted.', {
        state: 'There is none; the workspace and its services run on.',
      });
    held.check();
    await markSnapshot(engine.volumes, place, transaction, snapshot);
    await context.failpoints.reach('snapshot:marked');
    await snapshotIntent.drop(context, project.folder);
    // The snapshot that is to be restored may have expired.
    if (options.cause !== 'restore')
      for (const one of await findExpired(context, engine, place)) await removeSnapshot(engine, one);
    task.done();
    return snapshot;
  } catch (error) {
    task.fail();
    // An engine may finish a capture after an interruption: the next command removes the result.
    if (!context.signal.aborted) {
      await removeParts(engine, intent.store, intent.image);
      const paused = observed.writers.filter(({ container }) => intent.paused.includes(container.id));
      const resumed = await Promise.all(paused.map(({ container }) => resumeAfterFailure(engine.runtime, container)));
      if (!resumed.includes(false)) await snapshotIntent.drop(context, project.folder);
    }
    throw error;
  }
}

async function copy(
  context: Context,
  engine: Engine,
  place: Place,
  intent: SnapshotIntent,
  observed: ObservedSource,
  options: TakeOptions,
): Promise<Snapshot> {
  const { source, volumes, writers, tools } = observed;
  const names = volumes.map(({ name }) => name);
  const quiesced = new QuiescedWriters(context, engine.runtime);
  const session =
    names.length === 0 ? undefined : await openStore(context, engine.volumes, place, intent, tools, names);
  await context.failpoints.reach('snapshot:ready');
  let sizes: readonly number[] = [];
  let copied: number | undefined;
  /** Quiesces all writers at one moment. Services run on once volumes are copied, the workspace once all that it can write is. */
  const still = async <T>(work: () => Promise<T>): Promise<T> => {
    await quiesced.begin(writers);
    try {
      await context.failpoints.reach('snapshot:still');
      const save = async (): Promise<undefined> => {
        const began = performance.now();
        sizes = (await session?.save()) ?? [];
        copied = session && Math.round(performance.now() - began);
        await quiesced.release(writers.map(({ name }) => name).filter((name) => name !== 'workspace'));
      };
      const capture = async (): Promise<T> => {
        const captured = await work();
        if (observed.apart) await quiesced.release(['workspace']);
        return captured;
      };
      const [result] = await settle<T | undefined>([capture(), save(), quiesced.check().then(() => undefined)]);
      return result as T;
    } finally {
      await quiesced.release();
    }
  };
  try {
    const container = source && (await captureDrift(context, intent, source, still));
    if (container !== undefined) await holdVersion(engine.images, place, container, intent.image);
    if (source === undefined) await still(async () => undefined);
    const added = container === undefined ? 0 : await measure(engine.images, intent.image, source?.parent);
    const now = Date.parse(await engine.runtime.now());
    const { kept } = await findSnapshots(engine.volumes, place);
    return {
      number: Math.max(0, ...kept.map(({ snapshot }) => snapshot.number)) + 1,
      date: formatTime(now),
      message: options.message,
      cause: options.cause,
      ...(container !== undefined && { container }),
      volumes: volumes.map(({ identity }, index) => ({ ...identity, bytes: sizes[index] ?? 0 })),
      pauses: quiesced.pauses,
      ...(copied !== undefined && { copied }),
      bytes: sizes.reduce((sum, size) => sum + size, added),
    };
  } finally {
    await session?.close();
  }
}

async function openStore(
  context: Context,
  volumes: Volumes,
  place: Place,
  { store, transaction }: SnapshotIntent,
  image: string,
  names: readonly string[],
): Promise<DataSession> {
  await volumes.create(store, { ...labelPlace('snapshot', place), [labels.transaction]: transaction });
  const data = await context.snapshotData();
  return data.open({ image, purpose: 'save', volumes: names, store, beside: transaction });
}

async function captureDrift(
  context: Context,
  { image: reference, transaction }: SnapshotIntent,
  { container, parent, since, version, content }: Source,
  still: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<ContainerCopy> {
  const captured = await captureUnversioned(context, {
    ...{ container: container.id, parent, since, reference, still },
    own: { [labels.role]: 'snapshot', [labels.transaction]: transaction },
    leaveOut: () => false,
  });
  if (captured === undefined) return { version, content };
  const { diffIds } = captured.image;
  const layered = captured.onParent && diffIds.length === parent.diffIds.length + 1;
  return { version, content, drift: { image: reference, kind: layered ? 'layer' : 'image' } };
}

/** Bytes of an image beyond its parent. */
async function measure(images: Images, reference: string, parent: Image | undefined): Promise<number> {
  const image = await images.inspect(reference);
  return image === undefined ? 0 : Math.max(0, image.size - (parent?.size ?? 0));
}
