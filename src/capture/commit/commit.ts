import { findProject } from '../../environment/find.ts';
import type { Context } from '../../ports/context.ts';
import type { WriteBackOptions } from '../write-back/write-back.ts';
import { amendMessage } from './amend.ts';
import { nothingCommitted, type CommitResult } from './commit-result.ts';
import { openCommit, type CommitRequest, type CommitWork } from './open-commit.ts';
import { previewCommit } from './preview-commit.ts';

export interface CommitOptions extends CommitRequest, WriteBackOptions {}

/** Records the uncommitted changes of a workspace as the next version. */
export async function commit(context: Context, options: CommitOptions): Promise<CommitResult> {
  context.expectEngine();
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'commit', async (held) => {
    const work = await openCommit(context, held, options);
    try {
      const preview = await previewCommit(work, options);
      if (preview === undefined) return await renameVersion(work);
      const { captureVersion } = await import('./capture-version.ts');
      return await captureVersion(work, preview);
    } finally {
      await (await context.capture()).release();
      await work.record.close();
    }
  });
}

/** Nothing is captured; only the message of an amended version may change. */
async function renameVersion({ context, held, project, amended, message }: CommitWork): Promise<CommitResult> {
  if (amended === undefined || message === amended.message) return nothingCommitted;
  const { refuseSecretMessage } = await import('./guard-secrets.ts');
  refuseSecretMessage(message);
  return { ...nothingCommitted, version: await amendMessage(context, held, project, amended, message) };
}
