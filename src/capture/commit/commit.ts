import { findProject } from '../../environment/find.ts';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Context } from '../../ports/context.ts';
import type { WriteBackOptions } from '../write-back/write-back.ts';
import { amendMessage } from './amend.ts';
import { nothingCommitted, type CommitResult } from './commit-result.ts';
import type { CommitPlan, DryRunOptions } from './plan-commit.ts';
import { openCommit, type CommitRequest, type CommitWork } from './open-commit.ts';
import { refuseInterrupted } from './refuse-interrupted.ts';
import { previewCommit, type CommitPreview } from './preview-commit.ts';

export interface CommitOptions extends CommitRequest, WriteBackOptions {}

/** Records the uncommitted changes of a workspace as the next version. */
export async function commit(context: Context, options: CommitOptions): Promise<CommitResult> {
  if (options.message?.trim() === '') throw noMessage('The message is empty.');
  if (options.message === undefined && !options.amend && !context.prompt.interactive) {
    throw noMessage('A version needs a message.');
  }
  context.expectEngine();
  const { folder } = await findProject(context.files, context.folder);
  return (await context.projectLock()).hold(folder, 'commit', async (held) => {
    const work = await openCommit(context, held, options);
    try {
      const preview = await previewCommit(work, options).catch((error: unknown) => {
        refuseInterrupted(context, error);
        throw error;
      });
      if (preview === undefined) return await renameVersion(work);
      const { captureVersion } = await import('./capture-version.ts');
      return await captureVersion({ ...work, message: await provideMessage(work, options, preview) }, preview);
    } finally {
      await cleanUp(work);
    }
  });
}

/** What a commit would record. Changes nothing. */
export async function dryRunCommit(context: Context, options: DryRunOptions): Promise<CommitPlan> {
  const { planCommit } = await import('./plan-commit.ts');
  return planCommit(context, options);
}

/** The command has ended well or told its error by then: what cannot be cleaned up now is left to the next command. */
async function cleanUp({ context, record }: CommitWork): Promise<void> {
  const leave = (error: unknown): void => {
    record.keep();
    const why = error instanceof Error ? error.message : String(error);
    context.progress.note(`The next command of devenv cleans up after this commit: ${why}`);
  };
  await (await context.capture()).release().catch(leave);
  await record.close().catch(leave);
}

const noMessage = (message: string): DevenvError =>
  new DevenvError('USAGE', message, { hint: 'Add `-m "what was added, and why"`.' });

/** The message of the command line or of the amended version; else the person writes one. */
async function provideMessage(
  { context, message }: CommitWork,
  options: CommitOptions,
  { drift }: CommitPreview,
): Promise<string> {
  if (options.message !== undefined || options.amend) return message;
  const { editMessage } = await import('./edit-message.ts');
  return editMessage(context, drift);
}

/** Nothing is captured; only the message of an amended version may change. */
async function renameVersion({ context, held, project, amended, message }: CommitWork): Promise<CommitResult> {
  if (amended === undefined || message === amended.message) return nothingCommitted;
  const { refuseSecretMessage } = await import('./guard-secrets.ts');
  refuseSecretMessage(message);
  return { ...nothingCommitted, version: await amendMessage(context, held, project, amended, message) };
}
