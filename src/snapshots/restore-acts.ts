import { settleTimes } from '../capture/still/hold-still.ts';
import { startChecked } from '../containers/check-folders.ts';
import { carryOut, requireDone, type Acts } from '../plan/carry-out.ts';
import { Graph } from '../plan/graph.ts';
import { planExchange } from '../plan/plan-restore.ts';
import type { Context } from '../ports/context.ts';
import type { DataSession } from '../ports/snapshot-data.ts';
import { snapshotIntent, type RestoreIntent } from './snapshot-intent.ts';
import { inTask } from '../observe/in-task.ts';

/** Ports of a restore, and of the command that finishes an interrupted one. */
type RestorePorts = Pick<
  Context,
  'engine' | 'files' | 'machine' | 'mounts' | 'snapshotData' | 'failpoints' | 'progress'
>;

/** The acts that only a restore has, and how what they opened is closed. */
interface RestoreActs {
  readonly acts: Acts;
  readonly close: () => Promise<void>;
}

/** Everything that moves data or names in a restore. Each act may be repeated after a kill. */
export function restoreActs(ports: RestorePorts, folder: string, intent: RestoreIntent): RestoreActs {
  const { failpoints, progress } = ports;
  const { transaction, replacement } = intent;
  let opened: Promise<DataSession> | undefined;
  const session = (): Promise<DataSession> => (opened ??= openSession(ports, intent));
  const close = async (): Promise<void> => {
    const closing = opened;
    opened = undefined;
    await (await closing)?.close();
  };
  return {
    close,
    acts: {
      intent: async ({ phase }) => {
        if (phase === 'end') {
          // Without the intent nothing would remove the helper that a killed command leaves.
          await close();
          return snapshotIntent.drop(ports, folder);
        }
        if (phase === 'exchange') await failpoints.reach('restore:ready');
        await snapshotIntent.write(ports, folder, { ...intent, phase });
        if (phase === 'exchange') return undefined;
        const undo = (): Promise<void> => undoRestore(ports, folder, intent);
        await failpoints.reach('restore:intent');
        return undo;
      },
      unpack: async ({ volumes }) => {
        const title = `Unpacking the data of ${volumes.join(', ')}`;
        await inTask(progress, title, async () => (await session()).lay(transaction));
      },
      exchange: async () => {
        await (await session()).exchange(transaction);
        await failpoints.reach('restore:exchanged');
      },
      sweep: async () => (await session()).sweep(transaction),
      remove: async ({ container }) => {
        await (await ports.engine()).runtime.remove(container);
        await failpoints.reach('restore:removed');
      },
      name: async () => {
        if (replacement === undefined) return;
        const { runtime } = await ports.engine();
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
export async function finishRestore(ports: RestorePorts, folder: string, intent: RestoreIntent): Promise<void> {
  const { replacement, transaction, volumes } = intent;
  await (await ports.snapshotData()).clean(transaction);
  const graph = new Graph();
  planExchange(graph, { volumes, old: replacement?.old ?? [], named: replacement !== undefined });
  const { acts, close } = restoreActs(ports, folder, intent);
  const { signal } = new AbortController();
  try {
    requireDone(graph.operations, await carryOut(graph.operations, acts, { signal }), signal);
  } finally {
    await close();
  }
  const kept = intent.ran.filter((id) => replacement?.old.includes(id) !== true);
  await startAgain(ports, folder, replacement?.start === true ? [...kept, replacement.name] : kept);
  if (replacement?.start === true) await settleTimes((await ports.engine()).runtime, replacement.name);
  await snapshotIntent.drop(ports, folder);
}

/** Undoes a restore before its exchange: everything is as it was before, and runs again. */
export async function undoRestore(ports: RestorePorts, folder: string, intent: RestoreIntent): Promise<void> {
  const engine = await ports.engine();
  const { replacement, volumes, transaction } = intent;
  await (await ports.snapshotData()).clean(transaction);
  const made = replacement && (await engine.runtime.inspect(replacement.waiting));
  if (made !== undefined) await engine.runtime.remove(made.id);
  if (volumes.length > 0) {
    const session = await openSession(ports, intent);
    try {
      await session.sweep(transaction);
    } finally {
      await session.close();
    }
  }
  await startAgain(ports, folder, intent.ran);
  await snapshotIntent.drop(ports, folder);
}

async function startAgain(ports: RestorePorts, folder: string, containers: readonly string[]): Promise<void> {
  const engine = await ports.engine();
  for (const id of containers) {
    await startChecked({ ...ports, engine }, folder, id).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      ports.progress.note(`Not everything runs again (${reason}): run \`devenv up\`.`);
    });
  }
}

/** Opens the helper that has the volumes of a restore. */
async function openSession({ snapshotData }: RestorePorts, intent: RestoreIntent): Promise<DataSession> {
  return (await snapshotData()).open({ ...intent, purpose: 'restore', beside: intent.transaction });
}
