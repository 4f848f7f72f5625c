import { DevenvError } from '../errors/devenv-error.ts';
import { captureUnversioned } from '../capture/still/capture-unversioned.ts';
import { resumeAfterFailure } from '../capture/still/hold-still.ts';
import type { ContainerCopy, SnapshotPause } from '../model/snapshot.ts';
import { inTask } from '../observe/in-task.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import type { DataSession } from '../ports/snapshot-data.ts';
import type { ObservedSource, Source } from './observe-source.ts';
import { QuiescedWriters, settle } from './quiesce-writers.ts';
import { snapshotIntent, type SnapshotIntent } from './snapshot-intent.ts';
import { holdVersion, removeParts } from './snapshots.ts';
import { undoMaking } from './making/undo-making.ts';

/** A copy of a workspace at one moment. */
export interface StillCopy {
  /** Absent if there was no container. */
  readonly container?: ContainerCopy;
  /** Bytes of each copy, in the order of the volumes. */
  readonly sizes: readonly number[];
  readonly pauses: readonly SnapshotPause[];
  /** Milliseconds for the copy of all volumes; absent if there were none. */
  readonly copied?: number;
}

interface CopyOptions<T> {
  readonly title: string;
  readonly observed: ObservedSource;
  readonly intent: Pick<SnapshotIntent, 'transaction' | 'store' | 'image' | 'making'>;
  /** Opens the target of the volumes' copies. Called if there are volumes. */
  readonly open: () => Promise<DataSession>;
  /** Uses the copy, once everything runs again. If it fails, the copy is removed. */
  readonly complete: (copy: StillCopy) => Promise<T>;
}

/**
 * Copies a workspace, its volumes and its services' data as they are at one
 * moment: everything that may write is quiesced once, and runs on as soon as its
 * data is copied. The caller holds the project's lock. Throws QUIESCE_FAILED,
 * ENGINE_REFUSED, SPARSE_FILE, RESERVED_NAME and what `complete` throws;
 * everything runs on then, and nothing is left.
 */
export async function copyStill<T>(
  context: Context,
  held: Held,
  engine: Engine,
  place: Place,
  { title, observed, intent: given, open, complete }: CopyOptions<T>,
): Promise<T> {
  const running = observed.writers.filter(({ container }) => container.state === 'running');
  const intent: SnapshotIntent = {
    ...{ kind: 'snapshot', engine: engine.address, ...given },
    ...(observed.source !== undefined && { container: observed.source.container.id }),
    paused: running.flatMap(({ container, quiesce }) => (quiesce === undefined ? [container.id] : [])),
    after: running.flatMap(({ container, quiesce }) =>
      quiesce?.after === undefined ? [] : [{ container: container.id, command: quiesce.after }],
    ),
  };
  held.check();
  await snapshotIntent.write(context, place.folder, intent);
  try {
    await context.failpoints.reach('snapshot:intent');
    const copied = await inTask(context.progress, title, () => copy(context, engine, place, intent, observed, open));
    await context.failpoints.reach('snapshot:copied');
    if (context.signal.aborted)
      throw new DevenvError('INTERRUPTED', 'The copy was interrupted.', {
        state: 'Nothing was kept. The workspace and its services run on.',
      });
    const done = await complete(copied);
    await snapshotIntent.drop(context, place.folder);
    return done;
  } catch (error) {
    // An engine may finish a capture after an interruption: the next command removes the result.
    if (!context.signal.aborted) {
      if (intent.making !== undefined) await undoMaking(context, engine, intent.making, 'failed');
      await removeParts(engine, intent.store, intent.image);
      const paused = running.filter(({ container }) => intent.paused.includes(container.id));
      const resumed = await Promise.all(paused.map(({ container }) => resumeAfterFailure(engine.runtime, container)));
      if (!resumed.includes(false)) await snapshotIntent.drop(context, place.folder);
    }
    throw error;
  }
}

async function copy(
  context: Context,
  engine: Engine,
  place: Place,
  intent: SnapshotIntent,
  { source, volumes, writers, apart }: ObservedSource,
  open: () => Promise<DataSession>,
): Promise<StillCopy> {
  const quiesced = new QuiescedWriters(context, engine.runtime);
  // Opened while the capture is prepared.
  const opening = volumes.length === 0 ? undefined : open();
  // A failure is reported before anything is quiesced.
  opening?.catch(() => undefined);
  let sizes: readonly number[] = [];
  let copied: number | undefined;
  /** Quiesces all writers at one moment. Services run on once volumes are copied, the workspace once all that it can write is. */
  const still = async <T>(work: () => Promise<T>): Promise<T> => {
    const session = await opening;
    await context.failpoints.reach('snapshot:ready');
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
        if (apart) await quiesced.release(['workspace']);
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
    const { pauses } = quiesced;
    return { ...(container !== undefined && { container }), sizes, pauses, ...(copied !== undefined && { copied }) };
  } finally {
    const session = await opening?.catch(() => undefined);
    await session?.close();
  }
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
