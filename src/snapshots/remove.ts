import { DevenvError } from '../errors/devenv-error.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Retention } from './choose-expired.ts';
import type { Place } from '../observe/place.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { identifyPlace, readProject } from '../observe/project.ts';
import { findExpired, findSnapshots, removeOrphans, removeSnapshot, requireSnapshot, type Kept } from './snapshots.ts';

/** Removes snapshots by number. Throws SNAPSHOT_NOT_FOUND before it removes any. */
export function removeSnapshots(
  context: Context,
  workspace: string,
  numbers: readonly number[],
): Promise<readonly Snapshot[]> {
  return removeChosen(context, 'snapshot rm', workspace, async ({ volumes }, place) => {
    const { kept } = await findSnapshots(volumes, place);
    return [...new Set(numbers)].map((number) => requireSnapshot(kept, number));
  });
}

/** Removes expired snapshots, and what killed commands left. */
export function pruneSnapshots(
  context: Context,
  workspace: string,
  retention: Retention,
): Promise<readonly Snapshot[]> {
  return removeChosen(context, 'snapshot prune', workspace, (engine, place) => findExpired(engine, place, retention));
}

async function removeChosen(
  context: Context,
  command: string,
  workspace: string,
  choose: (engine: Engine, place: Place) => Promise<readonly Kept[]>,
): Promise<readonly Snapshot[]> {
  const project = await readProject(context);
  return (await context.projectLock()).hold(project.folder, command, async () => {
    const engine = await context.engine();
    const place = await identifyPlace(context, project, workspace);
    const chosen = await choose(engine, place);
    await confirmRemoval(context, chosen);
    for (const one of chosen) await removeSnapshot(engine, one);
    await removeOrphans(engine, place);
    return chosen.map(({ snapshot }) => snapshot);
  });
}

async function confirmRemoval(context: Context, chosen: readonly Kept[]): Promise<void> {
  const numbers = chosen.map(({ snapshot }) => String(snapshot.number));
  if (chosen.length === 0) return;
  const what = numbers.length === 1 ? `snapshot ${numbers.join('')}` : `the snapshots ${numbers.join(', ')}`;
  if (await context.prompt.confirm(`Remove ${what} for good?`, false)) return;
  throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to remove snapshots.', {
    state: 'All of them are still there.',
  });
}
