import type { Snapshot } from '../model/snapshot.ts';
import type { Context } from '../ports/context.ts';
import { identifyPlace, readProject } from '../observe/project.ts';
import { findSnapshots } from './snapshots.ts';

/** A workspace's snapshots, the oldest first. */
export async function listSnapshots(context: Context, workspace: string): Promise<readonly Snapshot[]> {
  const place = await identifyPlace(context, await readProject(context), workspace);
  const { kept } = await findSnapshots((await context.engine()).volumes, place);
  return kept.map(({ snapshot }) => snapshot);
}
