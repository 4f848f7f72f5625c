import { resumeAfterFailure } from '../capture/still/hold-still.ts';
import type { Place } from '../observe/place.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { Held } from '../ports/project-lock.ts';
import type { CopySession } from '../ports/snapshot-data.ts';
import type { ObservedSource } from './observe-source.ts';
import { snapshotIntent, type SnapshotIntent } from './snapshot-intent.ts';
import { removeParts } from './snapshots.ts';
import { StillCopier, type StillCopy } from './still-copier.ts';

interface CopyOptions<T> {
  readonly title: string;
  readonly observed: ObservedSource;
  readonly intent: Pick<SnapshotIntent, 'transaction' | 'store' | 'image' | 'making'>;
  /** Opens the target of the volumes' copies. Called if there are volumes. */
  readonly open: () => Promise<CopySession>;
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
    const copier = new StillCopier(context, engine, observed, open);
    let done: T;
    try {
      const task = context.progress.task(title);
      const copied = await copier.copy(place, intent).catch((error: unknown) => {
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
      await copier.end();
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
