import { DevenvError } from '../errors/devenv-error.ts';
import { captureUnversioned } from '../capture/still/capture-unversioned.ts';
import { resumeAfterFailure } from '../capture/still/hold-still.ts';
import type { ContainerCopy, SnapshotPause } from '../model/snapshot.ts';
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

/** A copy of a workspace at one moment. Its volumes may still be read when its container is captured already. */
export interface StillCopy {
  /** Absent if there was no container. */
  readonly container?: ContainerCopy;
  /** Settles once the volumes are copied. */
  readonly data: Promise<CopiedData>;
  /** Complete when `data` is there. */
  readonly pauses: readonly SnapshotPause[];
}

export interface CopiedData {
  /** Bytes of each copy, in the order of the volumes. */
  readonly sizes: readonly number[];
  /** Milliseconds for the copy of all volumes; absent if there were none. */
  readonly copied?: number;
}

interface CopyOptions<T> {
  readonly title: string;
  readonly observed: ObservedSource;
  readonly intent: Pick<SnapshotIntent, 'transaction' | 'store' | 'image' | 'making'>;
  /** Opens the target of the volumes' copies. Called if there are volumes. */
  readonly open: () => Promise<DataSession>;
  /** Uses the copy. If it fails, the copy is removed. */
  readonly complete: (copy: StillCopy) => Promise<T>;
  /** Removes what `complete` made; `interrupted`: all of it, since its data is not complete. */
  readonly undo?: (why: 'failed' | 'interrupted') => Promise<void>;
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
  { title, observed, intent: given, open, complete, undo }: CopyOptions<T>,
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
  let why: 'failed' | 'interrupted' = 'failed';
  try {
    await context.failpoints.reach('snapshot:intent');
    const copying = new Copying(context, engine, observed, open);
    let done: T;
    try {
      const task = context.progress.task(title);
      const copied = await copying.start(place, intent).catch((error: unknown) => {
        task.fail();
        throw error;
      });
      copied.data.then(
        () => task.done(),
        () => {
          why = 'interrupted';
          task.fail();
        },
      );
      done = await complete(copied);
      await copied.data;
    } finally {
      await copying.end();
    }
    await snapshotIntent.drop(context, place.folder);
    return done;
  } catch (error) {
    // An engine may finish a capture after an interruption: the next command removes the result.
    if (!context.signal.aborted) {
      await undo?.(why);
      await removeParts(engine, intent.store, intent.image);
      const paused = running.filter(({ container }) => intent.paused.includes(container.id));
      const resumed = await Promise.all(paused.map(({ container }) => resumeAfterFailure(engine.runtime, container)));
      if (!resumed.includes(false)) await snapshotIntent.drop(context, place.folder);
    }
    throw error;
  }
}

/** Quiesces what may write, captures the container, and copies the volumes. */
class Copying {
  readonly #context: Context;
  readonly #engine: Engine;
  readonly #observed: ObservedSource;
  readonly #quiesced: QuiescedWriters;
  /** Opened while the capture is prepared. */
  readonly #opening: Promise<DataSession | undefined>;
  #closing: Promise<void> | undefined;
  #data: Promise<CopiedData> = Promise.reject(new Error('Nothing is copied yet.'));

  constructor(context: Context, engine: Engine, observed: ObservedSource, open: () => Promise<DataSession>) {
    this.#context = context;
    this.#engine = engine;
    this.#observed = observed;
    this.#quiesced = new QuiescedWriters(context, engine.runtime);
    this.#opening = observed.volumes.length === 0 ? Promise.resolve(undefined) : open();
    // A failure is reported before anything is quiesced.
    this.#opening.catch(() => undefined);
    this.#data.catch(() => undefined);
  }

  /** Resolves once the container is captured; the volumes may still be read then. */
  async start(place: Place, intent: SnapshotIntent): Promise<StillCopy> {
    const { source } = this.#observed;
    const container = source && (await captureDrift(this.#context, intent, source, (work) => this.#keepStill(work)));
    if (container !== undefined) await holdVersion(this.#engine.images, place, container, intent.image);
    if (source === undefined) await this.#keepStill(async () => undefined);
    this.#refuseInterrupted();
    return { ...(container !== undefined && { container }), data: this.#data, pauses: this.#quiesced.pauses };
  }

  /** Waits until everything runs on and the session is closed. */
  async end(): Promise<void> {
    await Promise.allSettled([this.#data]);
    await this.#quiesced.release();
    await (this.#closing ?? (await this.#opening.catch(() => undefined))?.close());
  }

  /** Quiesces all writers at one moment. Services run on once volumes are copied, the workspace once all that it can write is. */
  async #keepStill<T>(work: () => Promise<T>): Promise<T> {
    const { writers, apart } = this.#observed;
    const session = await this.#opening;
    await this.#context.failpoints.reach('snapshot:ready');
    await this.#quiesced.begin(writers);
    try {
      await this.#context.failpoints.reach('snapshot:still');
      this.#data = this.#save(session);
      // A failure is reported where it is awaited.
      this.#data.catch(() => undefined);
      const [result] = await settle<T | undefined>([
        work(),
        this.#quiesced.check().then(() => undefined),
        ...(apart ? [] : [this.#data.then(() => undefined)]),
      ]);
      return result as T;
    } finally {
      await this.#quiesced.release(['workspace']);
    }
  }

  async #save(session: DataSession | undefined): Promise<CopiedData> {
    const began = performance.now();
    const sizes = (await session?.save()) ?? [];
    const copied = Math.round(performance.now() - began);
    const services = this.#observed.writers.map(({ name }) => name).filter((name) => name !== 'workspace');
    await this.#quiesced.release(services);
    this.#closing = session?.close();
    // A failure is reported at the end.
    this.#closing?.catch(() => undefined);
    await this.#context.failpoints.reach('snapshot:copied');
    this.#refuseInterrupted();
    return { sizes, ...(session !== undefined && { copied }) };
  }

  #refuseInterrupted(): void {
    if (this.#context.signal.aborted)
      throw new DevenvError('INTERRUPTED', 'The copy was interrupted.', {
        state: 'Nothing was kept. The workspace and its services run on.',
      });
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
