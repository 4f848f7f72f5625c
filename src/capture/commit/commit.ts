import { findProject } from '../../environment/find.ts';
import type { Context } from '../../ports/context.ts';
import type { WriteBackOptions } from '../write-back/write-back.ts';
import { amendMessage } from './amend.ts';
import type { CommitResult } from './capture-version.ts';
import { openCommit, type CommitRequest, type CommitWork } from './open-commit.ts';
import { previewCommit } from './preview-commit.ts';

export interface CommitOptions extends CommitRequest, WriteBackOptions {}

/** Captures what a workspace has and its version has not, as the next version. */
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

/** There is nothing to capture: at most the message of the amended version changes. */
async function renameVersion({ context, held, project, amended, message }: CommitWork): Promise<CommitResult> {
  const unchanged = { changes: 0, paused: 0, leftOut: [], whole: false };
  if (amended === undefined || message === amended.message) return unchanged;
  const { refuseSecretMessage } = await import('./guard-secrets.ts');
  refuseSecretMessage(message);
  return { ...unchanged, version: await amendMessage(context, held, project, amended, message) };
}
