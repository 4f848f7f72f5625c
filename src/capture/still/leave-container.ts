import { showPath, type BytePath } from '../../model/byte-path.ts';
import type { Leave, Leaving } from '../../plan/leave.ts';
import { isWorthless } from '../../environment/default-excludes.ts';
import { leaveOutFolders } from '../drift/unsaved-changes.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { RawChange } from '../../model/container.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { dropIntent, makeIntent, writeIntent, type CommitIntent } from '../commit/commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import { holdStill, tick, type Hold } from './hold-still.ts';

/** The changes of a container at the time when it was decided that it may be removed. */
export interface Look {
  /** Engine time just before. */
  readonly time: string;
  /** The engine's list of changes. */
  readonly changes: readonly RawChange[];
}

export async function lookAt(runtime: Runtime, container: string): Promise<Look> {
  const time = await runtime.now();
  return { time, changes: await runtime.listChanges(container) };
}

/**
 * Guards containers that are removed. Questions and downloads come between the
 * look at a workspace and its removal, and people work on meanwhile: so it is
 * paused and compared with that look just before it goes. `seen` by container;
 * one without a look may go. `intent`: the intent that is on disk already.
 */
export function guardLeaving(
  context: Context,
  engine: Pick<Engine, 'address' | 'runtime'>,
  folder: string,
  seen: ReadonlyMap<string, Look>,
  intent?: CommitIntent,
): Leave {
  return async (container) => {
    await context.failpoints.reach('leave:before');
    const then = seen.get(container);
    const state = then && (await engine.runtime.inspect(container))?.state;
    // A container that does not run does not change.
    if (then === undefined || state !== 'running')
      return { check: async () => undefined, release: async () => undefined };
    const list = await makeList(context, engine.runtime, container, then);
    const release = await pauseOnRecord(
      context,
      engine.runtime,
      folder,
      intent ?? makeIntent(engine.address, { id: container, state }, 'none'),
    );
    const check = async (): Promise<void> => {
      refuseLate(await list());
    };
    const leaving: Leaving = { check, release };
    await leaving.check().catch(async (error: unknown) => {
      await leaving.release();
      throw error;
    });
    return leaving;
  };
}

/** Prepares to list the changes since a look that somebody could miss; the list is read while the container is paused. */
async function makeList(
  context: Context,
  runtime: Runtime,
  container: string,
  { time, changes }: Look,
): Promise<() => Promise<readonly BytePath[]>> {
  const known = new Set(changes.map(({ kind, path }) => `${kind} ${path}`));
  const keep = (found: readonly RawChange[]): readonly BytePath[] =>
    leaveOutFolders(found)
      .filter(({ path, unkept }) => unkept !== true && !isWorthless(path))
      .map(({ path }) => path);
  const listNew = async (): Promise<readonly BytePath[]> =>
    keep((await runtime.listChanges(container)).filter(({ kind, path }) => !known.has(`${kind} ${path}`)));
  // A path that was listed then would not show that it changed again.
  if (keep(changes).length === 0) return listNew;
  const reader = await context.changes();
  const since = new Date(Date.parse(time) - tick).toISOString();
  // Prepares the reader. If the engine's storage cannot be read, the engine's list has to do.
  await reader.listAfter(container, since);
  return async () => {
    const after = await reader.listAfter(container, since);
    return after === undefined ? listNew() : keep(after);
  };
}

/** Pauses a container, with its intent on disk for recovery; gives how it resumes. */
async function pauseOnRecord(
  context: Context,
  runtime: Runtime,
  folder: string,
  intent: CommitIntent,
): Promise<() => Promise<void>> {
  await writeIntent(context, folder, intent);
  let hold: Hold | undefined;
  const resume = async (): Promise<void> => {
    await hold?.release();
    await dropIntent(context, folder, intent);
  };
  try {
    hold = await holdStill(runtime, { id: intent.container, state: 'running' });
    await hold.verified;
    await context.failpoints.reach('leave:paused');
    return resume;
  } catch (error) {
    await resume();
    throw error;
  }
}

function refuseLate(changed: readonly BytePath[]): void {
  if (changed.length === 0) return;
  const paths = changed.map(showPath);
  const shown = paths.slice(0, 5).join(', ');
  const more = paths.length > 5 ? ' and more' : '';
  throw new DevenvError('DRIFT_UNSAVED', `The workspace changed while this command ran: ${shown}${more}.`, {
    state: 'The workspace and these changes are kept.',
    hint: 'Run the same command again.',
    data: { changes: paths.length, paths: paths.slice(0, 100) },
  });
}
