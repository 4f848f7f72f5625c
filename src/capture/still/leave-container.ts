import { showPath, type BytePath } from '../../model/byte-path.ts';
import { randomUUID } from 'node:crypto';
import type { Leave, Leaving } from '../../plan/leave.ts';
import { isWorthless } from '../../environment/default-excludes.ts';
import { leaveOutFolders } from '../drift/unsaved-changes.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { RawChange } from '../../model/container.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { dropIntent, writeIntent, type CommitIntent } from '../commit/commit-intent.ts';
import type { Context } from '../../ports/context.ts';
import { holdStill, type Hold } from './hold-still.ts';
import { tick } from './keep-still.ts';

/** What a container held when somebody looked at it and found that it may go. */
export interface Seen {
  /** Engine time just before. */
  readonly time: string;
  /** The engine's list of changes then. */
  readonly changes: readonly RawChange[];
}

const most = 100;

export async function lookAt(runtime: Runtime, container: string): Promise<Seen> {
  const time = await runtime.now();
  return { time, changes: await runtime.listChanges(container) };
}

/**
 * Between a look at a workspace and its removal lie questions and downloads,
 * and people go on working in it. So it is paused and looked at again just
 * before it goes. `seen` by container; one without may go as it is. `intent`:
 * what is on record already, and is to be mended with it.
 */
export function guardLeaving(
  context: Context,
  engine: Pick<Engine, 'address' | 'runtime'>,
  folder: string,
  seen: ReadonlyMap<string, Seen>,
  intent?: CommitIntent,
): Leave {
  return async (container) => {
    await context.failpoints.reach('leave:before');
    const then = seen.get(container);
    const state = then && (await engine.runtime.inspect(container))?.state;
    // What does not run does not change.
    if (then === undefined || state !== 'running')
      return { check: async () => undefined, release: async () => undefined };
    const list = await makeList(context, engine.runtime, container, then);
    const release = await standStill(
      context,
      engine.runtime,
      folder,
      intent ?? (await makeIntent(engine.address, container)),
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

/** Gives how to list what changed since in the container and somebody could miss, ready for a moment at which it does not run. */
async function makeList(
  context: Context,
  runtime: Runtime,
  container: string,
  { time, changes }: Seen,
): Promise<() => Promise<readonly BytePath[]>> {
  const known = new Set(changes.map(({ kind, path }) => `${kind} ${path}`));
  const keep = (found: readonly RawChange[]): readonly BytePath[] =>
    leaveOutFolders(found)
      .map(({ path }) => path)
      .filter((path) => !isWorthless(path));
  const listNew = async (): Promise<readonly BytePath[]> =>
    keep((await runtime.listChanges(container)).filter(({ kind, path }) => !known.has(`${kind} ${path}`)));
  // Of what is listed already it would not tell that it changed again.
  if (keep(changes).length === 0) return listNew;
  const reader = await context.changes();
  const since = new Date(Date.parse(time) - tick).toISOString();
  // Where the engine's storage cannot be read, its list has to do. What reading takes is ready from now on.
  await reader.listAfter(container, since);
  return async () => {
    const after = await reader.listAfter(container, since);
    return after === undefined ? listNew() : keep(after);
  };
}

/** Pauses a container on the record, so that the next command mends it; gives how it goes on. */
async function standStill(
  context: Context,
  runtime: Runtime,
  folder: string,
  intent: CommitIntent,
): Promise<() => Promise<void>> {
  await writeIntent(context, folder, intent);
  let hold: Hold | undefined;
  const goOn = async (): Promise<void> => {
    await hold?.release();
    await dropIntent(context, folder, intent);
  };
  try {
    hold = await holdStill(runtime, { id: intent.container, state: 'running' });
    await hold.verified;
    await context.failpoints.reach('leave:paused');
    return goOn;
  } catch (error) {
    await goOn();
    throw error;
  }
}

async function makeIntent(engine: string, container: string): Promise<CommitIntent> {
  const transaction = randomUUID();
  const reference = `devenv/none:capture-${transaction.slice(0, 8)}`;
  return { transaction, engine, container, parent: '', paused: false, reference };
}

function refuseLate(changed: readonly BytePath[]): void {
  if (changed.length === 0) return;
  const paths = changed.map(showPath);
  const shown = paths.slice(0, 5).join(', ');
  const more = paths.length > 5 ? ' and more' : '';
  throw new DevenvError('DRIFT_UNSAVED', `The workspace was worked in while this command ran: ${shown}${more}.`, {
    state: 'The workspace is as it was, with what was written meanwhile.',
    hint: 'Run the same command again: it looks at everything anew.',
    data: { changes: paths.length, paths: paths.slice(0, most) },
  });
}
