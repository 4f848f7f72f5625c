import { settleTimes } from '../capture/still/hold-still.ts';
import { carryOut, requireDone, type Acts } from '../plan/carry-out.ts';
import { Graph } from '../plan/graph.ts';
import { planExchange } from '../plan/plan-restore.ts';
import type { Context } from '../ports/context.ts';
import type { DataSession } from '../ports/snapshot-data.ts';
import { snapshotIntent, type RestoreIntent } from './snapshot-intent.ts';

/** What a restore needs of the world, also when the next command finishes it. */
type RestoreWorld = Pick<Context, 'engine' | 'files' | 'machine' | 'snapshotData' | 'failpoints' | 'progress'>;

/** The acts that only a restore has, and how what they opened is closed. */
export interface RestoreActs {
  readonly acts: Acts;
  readonly close: () => Promise<void>;
}

/** Everything that moves data or names in a restore. Each act may be repeated after a kill. */
export function restoreActs(world: RestoreWorld, folder: string, intent: RestoreIntent): RestoreActs {
  const { failpoints, progress } = world;
  const { transaction, replacement } = intent;
  let opened: Promise<DataSession> | undefined;
  const session = (): Promise<DataSession> => (opened ??= openSession(world, intent));
  return {
    close: async () => (await opened)?.close(),
    acts: {
      intent: async ({ phase }) => {
        if (phase === 'end') return snapshotIntent.drop(world, folder);
        if (phase === 'exchange') await failpoints.reach('restore:ready');
        await snapshotIntent.write(world, folder, { ...intent, phase });
        if (phase === 'exchange') return undefined;
        const undo = (): Promise<void> => undoRestore(world, folder, intent);
        await failpoints.reach('restore:intent');
        return undo;
      },
      unpack: async ({ volumes }) => {
        const task = progress.task(`Unpacking the data of ${volumes.join(', ')}`);
        try {
          await (await session()).lay(transaction);
          task.done();
        } catch (error) {
          task.fail();
          throw error;
        }
      },
      exchange: async () => {
        await (await session()).exchange(transaction);
        await failpoints.reach('restore:exchanged');
      },
      sweep: async () => (await session()).sweep(transaction),
      remove: async ({ container }) => {
        await (await world.engine()).runtime.remove(container);
        await failpoints.reach('restore:removed');
      },
      name: async () => {
        if (replacement === undefined) return;
        const { runtime } = await world.engine();
        const made = await runtime.inspect(replacement.waiting);
        if (made !== undefined) await runtime.rename(made.id, replacement.name);
        await failpoints.reach('restore:renamed');
      },
    },
  };
}

/**
 * Finishes a restore whose exchange began, from wherever it broke off. May be
 * repeated. Containers that do not start again are reported, and do not stop it.
 */
export async function finishRestore(world: RestoreWorld, folder: string, intent: RestoreIntent): Promise<void> {
  const { replacement, transaction, volumes } = intent;
  await (await world.snapshotData()).clean(transaction);
  const graph = new Graph();
  planExchange(graph, { volumes, old: replacement?.old ?? [], named: replacement !== undefined });
  const { acts, close } = restoreActs(world, folder, intent);
  const { signal } = new AbortController();
  try {
    requireDone(graph.operations, await carryOut(graph.operations, acts, { signal }), signal);
  } finally {
    await close();
  }
  const kept = intent.ran.filter((id) => replacement?.old.includes(id) !== true);
  await startAgain(world, replacement?.start === true ? [...kept, replacement.name] : kept);
  if (replacement?.start === true) await settleTimes((await world.engine()).runtime, replacement.name);
  await snapshotIntent.drop(world, folder);
}

/** Undoes a restore before its exchange: everything is as it was before, and runs again. */
export async function undoRestore(world: RestoreWorld, folder: string, intent: RestoreIntent): Promise<void> {
  const engine = await world.engine();
  const { replacement, volumes, transaction } = intent;
  await (await world.snapshotData()).clean(transaction);
  const made = replacement && (await engine.runtime.inspect(replacement.waiting));
  if (made !== undefined) await engine.runtime.remove(made.id);
  if (volumes.length > 0) {
    const session = await openSession(world, intent);
    try {
      await session.sweep(transaction);
    } finally {
      await session.close();
    }
  }
  await startAgain(world, intent.ran);
  await snapshotIntent.drop(world, folder);
}

async function startAgain(world: RestoreWorld, containers: readonly string[]): Promise<void> {
  const { runtime } = await world.engine();
  for (const id of containers) {
    await runtime.start(id).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      world.progress.note(`Not everything runs again (${reason}): run \`devenv up\`.`);
    });
  }
}

/** Opens the helper that has the volumes of a restore. */
async function openSession({ snapshotData }: RestoreWorld, intent: RestoreIntent): Promise<DataSession> {
  return (await snapshotData()).open({ ...intent, purpose: 'restore', beside: intent.transaction });
}
