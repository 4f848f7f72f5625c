import { DevenvError } from '../errors/devenv-error.ts';
import { captureUnversioned } from '../capture/still/capture-unversioned.ts';
import type { ContainerCopy, SnapshotPause } from '../model/snapshot.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { CopySession } from '../ports/snapshot-data.ts';
import type { ObservedSource, Source } from './observe-source.ts';
import { QuiescedWriters, settle } from './quiesce-writers.ts';
import type { SnapshotIntent } from './snapshot-intent.ts';
import { holdVersion } from './snapshots.ts';

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

/** Quiesces what may write, captures the container, and copies the volumes. */
export class StillCopier {
  readonly #context: Context;
  readonly #engine: Engine;
  readonly #observed: ObservedSource;
  readonly #quiesced: QuiescedWriters;
  /** Opened while the capture is prepared. */
  readonly #opening: Promise<CopySession | undefined>;
  #closing: Promise<void> | undefined;
  #data: Promise<CopiedData> | undefined;

  constructor(context: Context, engine: Engine, observed: ObservedSource, open: () => Promise<CopySession>) {
    this.#context = context;
    this.#engine = engine;
    this.#observed = observed;
    this.#quiesced = new QuiescedWriters(context, engine.runtime);
    this.#opening = observed.volumes.length === 0 ? Promise.resolve(undefined) : open();
    // A failure is reported before anything is quiesced.
    this.#opening.catch(() => undefined);
  }

  /** Resolves once the container is captured; the volumes may still be read then. Throws as `copyStill`. */
  async copy(place: Place, intent: SnapshotIntent): Promise<StillCopy> {
    const { source } = this.#observed;
    const [container] =
      source === undefined
        ? []
        : await settle<ContainerCopy | void>([
            captureDrift(this.#context, intent, source, (work) => this.#keepStill(work)),
            holdVersion(this.#engine.images, place, source, intent.image),
          ]);
    if (source === undefined) await this.#keepStill(async () => undefined);
    this.#refuseInterrupted();
    if (this.#data === undefined) throw new DevenvError('INTERNAL', 'The copy of the volumes did not begin.');
    return { ...(container && { container }), data: this.#data, pauses: this.#quiesced.pauses };
  }

  /** Waits until everything runs on and the session is closed. */
  async end(): Promise<void> {
    await Promise.allSettled([this.#data]);
    await this.#quiesced.release();
    await this.#close();
  }

  /** Quiesces all writers at one moment. Services run on once volumes are copied, the workspace once all that it can write is. */
  async #keepStill<T>(work: () => Promise<T>): Promise<T> {
    const { writers, apart } = this.#observed;
    const session = await this.#opening;
    await this.#context.failpoints.reach('snapshot:ready');
    await this.#quiesced.begin(writers);
    try {
      await this.#context.failpoints.reach('snapshot:still');
      const data = this.#save(session);
      // A failure is reported where it is awaited.
      data.catch(() => undefined);
      this.#data = data;
      const [result] = await settle<T | undefined>([
        work(),
        this.#quiesced.check().then(() => undefined),
        ...(apart ? [] : [data.then(() => undefined)]),
      ]);
      return result as T;
    } finally {
      await this.#quiesced.release(['workspace']);
    }
  }

  async #save(session: CopySession | undefined): Promise<CopiedData> {
    const began = performance.now();
    const sizes = (await session?.save()) ?? [];
    const copied = Math.round(performance.now() - began);
    const services = this.#observed.writers.map(({ name }) => name).filter((name) => name !== 'workspace');
    await this.#quiesced.release(services);
    // A failure is reported at the end.
    this.#close().catch(() => undefined);
    await this.#context.failpoints.reach('snapshot:copied');
    this.#refuseInterrupted();
    return { sizes, ...(session !== undefined && { copied }) };
  }

  async #close(): Promise<void> {
    const session = await this.#opening.catch(() => undefined);
    await (this.#closing ??= session?.close());
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
