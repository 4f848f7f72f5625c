import type { Snapshot } from '../model/snapshot.ts';
import type { Context } from '../ports/context.ts';
import { explainNone } from '../observe/find-workspace.ts';
import { readProject } from '../observe/project.ts';
import { takeSnapshot } from './take-snapshot.ts';

export interface CreateSnapshotOptions {
  readonly workspace: string;
  readonly message: string;
}

/** Takes a snapshot by hand. Throws WORKSPACE_NOT_FOUND if there is nothing to copy. */
export async function createSnapshot(context: Context, options: CreateSnapshotOptions): Promise<Snapshot> {
  const { folder } = await readProject(context);
  return (await context.projectLock()).hold(folder, 'snapshot create', async (held) => {
    const project = await readProject(context);
    const snapshot = await takeSnapshot(context, held, project, { ...options, cause: 'hand', of: 'everything' });
    if (snapshot !== undefined) return snapshot;
    throw await explainNone(context.files, await context.engine(), folder, options.workspace);
  });
}
