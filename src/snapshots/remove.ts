import { DevenvError } from '../errors/devenv-error.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Retention } from './choose-expired.ts';
import { listOwnVolumes } from '../containers/volumes/own-volumes.ts';
import { labels } from '../observe/labels.ts';
import type { Place } from '../observe/place.ts';
import type { Engine } from '../ports/engine.ts';
import type { Context } from '../ports/context.ts';
import { identifyPlace } from '../observe/project.ts';
import { nameVolume } from './restore-source.ts';
import { findExpired, findSnapshots, removeOrphans, removeSnapshot, requireSnapshot, type Kept } from './snapshots.ts';
import { holdProject } from '../observe/hold-project.ts';

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
  return removeChosen(context, 'snapshot prune', workspace, (engine, place) =>
    findExpired(context, engine, place, retention),
  );
}

async function removeChosen(
  context: Context,
  command: string,
  workspace: string,
  choose: (engine: Engine, place: Place) => Promise<readonly Kept[]>,
): Promise<readonly Snapshot[]> {
  return holdProject(context, command, async (project) => {
    const engine = await context.engine();
    const place = await identifyPlace(context, project, workspace);
    const chosen = await choose(engine, place);
    await confirmRemoval(context, chosen, await listLastCopies(engine, place, chosen));
    for (const one of chosen) await removeSnapshot(engine, one);
    await removeOrphans(engine, place);
    return chosen.map(({ snapshot }) => snapshot);
  });
}

/** Data whose only copy is in these snapshots: of removed workspaces, and of volumes that no longer exist. */
async function listLastCopies({ volumes }: Engine, place: Place, chosen: readonly Kept[]): Promise<readonly string[]> {
  if (chosen.length === 0) return [];
  const [{ kept }, own] = await Promise.all([findSnapshots(volumes, place), listOwnVolumes(volumes, place)]);
  const staying = kept.filter(({ mark }) => !chosen.some((one) => one.mark === mark));
  const elsewhere = new Set([
    ...own.map(({ name, labels: found }) => found[labels.volume] ?? name),
    ...staying.flatMap(({ snapshot }) => snapshot.volumes.map(nameVolume)),
  ]);
  const last = chosen.flatMap(({ snapshot: { cause, container, volumes: copies } }) => {
    const removed = cause === 'destroy' || cause === 'reset';
    const names = copies.map(nameVolume).filter((name) => removed || !elsewhere.has(name));
    return [
      ...(removed && container?.drift !== undefined ? ['uncommitted changes'] : []),
      ...names.map((name) => `the volume ${name}`),
    ];
  });
  return [...new Set(last)];
}

async function confirmRemoval(context: Context, chosen: readonly Kept[], last: readonly string[]): Promise<void> {
  const numbers = chosen.map(({ snapshot }) => String(snapshot.number));
  if (chosen.length === 0) return;
  const what = numbers.length === 1 ? `snapshot ${numbers.join('')}` : `the snapshots ${numbers.join(', ')}`;
  // Also under --yes, which skips the question.
  if (last.length > 0) context.progress.note(`Nothing but ${what} has ${last.join(', ')} as it was then.`);
  if (await context.prompt.confirm(`Remove ${what} for good?`, false)) return;
  throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed to remove snapshots.', {
    state: 'All of them are still there.',
  });
}
