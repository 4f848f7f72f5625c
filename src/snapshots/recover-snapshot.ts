import type { Engine } from '../ports/engine.ts';
import type { Volumes } from '../ports/volumes.ts';
import type { Context } from '../ports/context.ts';
import { finishRestore, undoRestore } from './restore-acts.ts';
import { undoSeed } from './seed/undo-seed.ts';
import { runInService } from './quiesce-writers.ts';
import { serviceStopTimeout } from '../containers/stop-timeouts.ts';
import { labels } from '../observe/labels.ts';
import { snapshotIntent, type MakingIntent, type SnapshotIntent, type WorktreeIntent } from './snapshot-intent.ts';
import { undoMaking } from './making/undo-making.ts';
import { removeParts } from './snapshots.ts';

type Ports = Pick<
  Context,
  'capture' | 'engine' | 'failpoints' | 'files' | 'machine' | 'mounts' | 'progress' | 'snapshotData' | 'worktrees'
>;

/**
 * Repairs what a killed snapshot, restore or fork left: paused containers run on;
 * an incomplete snapshot, seed, workspace or worktree is removed; a restore is
 * undone, or finished if its exchange had begun.
 */
export async function recoverSnapshot(ports: Ports, folder: string): Promise<void> {
  const intent = await snapshotIntent.read(ports, folder);
  if (intent === undefined) return;
  const engine = await ports.engine();
  // Left for a command that uses the engine where it happened.
  if (engine.address !== intent.engine) return;
  if (intent.kind === 'snapshot') return removeHalf(ports, engine, folder, intent);
  if (intent.kind === 'seed') return undoSeed(ports, folder, intent);
  if (intent.kind === 'worktree') return removeWorktree(ports, folder, intent);
  if (intent.kind === 'making') {
    await removeMade(ports, engine, intent);
    return snapshotIntent.drop(ports, folder);
  }
  const number = String(intent.number);
  if (intent.phase === 'prepare') {
    // The engine may still be stopping one that looks as if it ran: only after that it can be started again.
    for (const id of intent.ran) {
      const container = await engine.runtime.inspect(id);
      if (container?.state === 'running') await engine.runtime.stop(id, serviceStopTimeout);
    }
    await undoRestore(ports, folder, intent);
    ports.progress.note(`An interrupted restore of snapshot ${number} was undone: the workspace is as it was before.`);
  } else {
    await finishRestore(ports, folder, intent);
    ports.progress.note(`An interrupted restore of snapshot ${number} was finished.`);
  }
}

async function removeHalf(ports: Ports, engine: Engine, folder: string, intent: SnapshotIntent): Promise<void> {
  for (const id of intent.paused) {
    if ((await engine.runtime.inspect(id))?.state === 'paused') await engine.runtime.unpause(id);
  }
  for (const { container, command } of intent.after) {
    if ((await engine.runtime.inspect(container))?.state === 'running')
      await runInService(engine.runtime, container, command);
  }
  if (intent.container !== undefined) await (await ports.capture()).clean(intent.container);
  await (await ports.snapshotData()).clean(intent.transaction);
  if (intent.making !== undefined) await removeMade(ports, engine, intent.making);
  if (!(await isMarked(engine.volumes, intent))) await removeParts(engine, intent.store, intent.image);
  await snapshotIntent.drop(ports, folder);
}

async function removeMade(ports: Ports, engine: Engine, making: MakingIntent): Promise<void> {
  await undoMaking(ports, engine, making, 'interrupted');
  const { workspace } = making.place;
  ports.progress.note(`Removed the workspace ${workspace}: the command that copied it was interrupted.`);
}

async function removeWorktree(ports: Ports, folder: string, { path }: WorktreeIntent): Promise<void> {
  await (await ports.worktrees()).remove(folder, path);
  await snapshotIntent.drop(ports, folder);
}

/** True if the snapshot was complete before the kill. */
async function isMarked(volumes: Volumes, { transaction }: SnapshotIntent): Promise<boolean> {
  const made = await volumes.list([`${labels.transaction}=${transaction}`]);
  return made.some(({ labels: found }) => labels.record in found);
}
