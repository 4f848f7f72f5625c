import { DevenvError } from '../errors/devenv-error.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { takeSnapshot, type TakeOptions } from './take-snapshot.ts';

/**
 * Takes a snapshot of what is about to be destroyed, and says how to restore it.
 * Throws if it cannot be taken: nothing may be destroyed then.
 */
export async function saveBefore(
  context: Context,
  held: Held,
  project: Project,
  options: TakeOptions,
): Promise<Snapshot | undefined> {
  const snapshot = await takeSnapshot(context, held, project, options).catch((error: unknown) => {
    if (!(error instanceof DevenvError) || error.code === 'INTERRUPTED') throw error;
    throw new DevenvError(error.code, `The snapshot of what would be lost failed: ${error.message}`, {
      hint: 'Run the same command with --no-snapshot to go on without it.',
      state: 'The workspace is as it was.',
      cause: error,
    });
  });
  if (snapshot === undefined) return undefined;
  const number = String(snapshot.number);
  context.progress.note(`What goes now is kept for seven days: \`devenv snapshot restore ${number}\` brings it back.`);
  return snapshot;
}
