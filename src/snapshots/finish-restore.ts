import type { Context } from '../ports/context.ts';
import { settleTimes } from '../capture/still/hold-still.ts';
import { snapshotIntent, type RestoreIntent } from './snapshot-intent.ts';

type World = Pick<Context, 'engine' | 'files' | 'machine' | 'snapshotData' | 'failpoints' | 'progress'>;

/**
 * The part of a restore that only moves names: what was prepared takes the
 * place of what there was. May be done again and again, from wherever it broke
 * off. Containers that do not start again are told, and are no reason to stop.
 */
export async function finishRestore(world: World, folder: string, intent: RestoreIntent): Promise<void> {
  const engine = await world.engine();
  const { replacement, volumes, transaction } = intent;
  const data = await world.snapshotData();
  await data.clean(transaction);
  const session =
    volumes.length === 0 ? undefined : await data.open({ ...intent, purpose: 'restore', beside: transaction });
  try {
    await session?.exchange(transaction);
    await world.failpoints.reach('restore:exchanged');
    if (replacement !== undefined) {
      const { old, waiting, name } = replacement;
      for (const id of old) await engine.runtime.remove(id);
      await world.failpoints.reach('restore:removed');
      const made = await engine.runtime.inspect(waiting);
      if (made !== undefined) await engine.runtime.rename(made.id, name);
      await world.failpoints.reach('restore:renamed');
    }
    await session?.sweep(transaction);
  } finally {
    await session?.close();
  }
  await startAgain(world, [
    ...intent.ran.filter((id) => replacement?.old.includes(id) !== true),
    ...(replacement?.start === true ? [replacement.name] : []),
  ]);
  if (replacement?.start === true) await settleTimes(engine.runtime, replacement.name);
  await snapshotIntent.drop(world, folder);
}

/** Before anything was exchanged: everything is as it was before, and runs again. */
export async function undoRestore(world: World, folder: string, intent: RestoreIntent): Promise<void> {
  const engine = await world.engine();
  const { replacement, volumes, transaction } = intent;
  const data = await world.snapshotData();
  await data.clean(transaction);
  const made = replacement && (await engine.runtime.inspect(replacement.waiting));
  if (made !== undefined) await engine.runtime.remove(made.id);
  if (volumes.length > 0) {
    const session = await data.open({ ...intent, purpose: 'restore', beside: transaction });
    try {
      await session.sweep(transaction);
    } finally {
      await session.close();
    }
  }
  await startAgain(world, intent.ran);
  await snapshotIntent.drop(world, folder);
}

async function startAgain(world: World, containers: readonly string[]): Promise<void> {
  const engine = await world.engine();
  for (const id of containers) {
    await engine.runtime.start(id).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      world.progress.note(`Not everything runs again (${reason}): run \`devenv up\`.`);
    });
  }
}
