import type { Snapshot } from '../model/snapshot.ts';
import type { Context } from '../ports/context.ts';
import { explainNone } from '../observe/find-workspace.ts';
import { takeSnapshot } from './take-snapshot.ts';
import { holdProject } from '../observe/hold-project.ts';

interface CreateSnapshotOptions {
  readonly workspace: string;
  readonly message: string;
}

/** Takes a snapshot by hand. Throws WORKSPACE_NOT_FOUND if there is nothing to copy. */
export async function createSnapshot(context: Context, options: CreateSnapshotOptions): Promise<Snapshot> {
  return holdProject(context, 'snapshot create', async (project, held) => {
    const snapshot = await takeSnapshot(context, held, project, { ...options, cause: 'hand', of: 'everything' });
    if (snapshot !== undefined) return snapshot;
    throw await explainNone(context.files, await context.engine(), project.folder, options.workspace);
  });
}
