import { DevenvError } from '../errors/devenv-error.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { chooseExpired, type Retention } from './choose-expired.ts';
import type { Runtime } from '../ports/runtime.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';
import { findSnapshots, removeOrphans, removeSnapshot, requireSnapshot, type Kept } from './snapshots.ts';

/** Removes snapshots by number. Throws SNAPSHOT_NOT_FOUND before any goes. */
export function removeSnapshots(
  context: Context,
  workspace: string,
  numbers: readonly number[],
): Promise<readonly Snapshot[]> {
  return removeChosen(context, 'snapshot rm', workspace, async (kept) =>
    [...new Set(numbers)].map((number) => requireSnapshot(kept, number)),
  );
}

/** Removes those that are past their time, and what killed commands left. */
export function pruneSnapshots(
  context: Context,
  workspace: string,
  retention: Retention,
): Promise<readonly Snapshot[]> {
  return removeChosen(context, 'snapshot prune', workspace, async (kept, runtime) => {
    const now = Date.parse(await runtime.now());
    const expired = new Set(
      chooseExpired(
        kept.map(({ snapshot }) => snapshot),
        now,
        retention,
      ),
    );
    return kept.filter(({ snapshot }) => expired.has(snapshot.number));
  });
}

async function removeChosen(
  context: Context,
  command: string,
  workspace: string,
  choose: (kept: readonly Kept[], runtime: Runtime) => Promise<readonly Kept[]>,
): Promise<readonly Snapshot[]> {
  const { folder, environment } = await readProject(context);
  return (await context.projectLock()).hold(folder, command, async () => {
    const engine = await context.engine();
    const place = { project: environment.name, folder, workspace };
    const chosen = await choose((await findSnapshots(engine.volumes, place)).kept, engine.runtime);
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
