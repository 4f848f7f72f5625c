import { DevenvError } from '../errors/devenv-error.ts';
import { printLock } from '../lock/print-lock.ts';
import type { Lock } from '../model/version.ts';
import type { Held } from '../ports/project-lock.ts';
import type { Context } from '../ports/context.ts';
import { lockPath, readLockText, type Project } from '../observe/project.ts';

/** Replaces devenv-lock.yaml atomically, if it is still as the command read it. */
export async function writeLock(
  context: Context,
  held: Held,
  project: Pick<Project, 'folder' | 'lockText'>,
  lock: Lock,
): Promise<void> {
  const path = lockPath(project.folder);
  held.check();
  const now = await readLockText(context.files, project.folder);
  if (now !== project.lockText) {
    throw new DevenvError('PROJECT_BUSY', 'devenv-lock.yaml changed while this command ran.', {
      hint: 'Look at the change, then run the same command again.',
      state: 'The lock is as the other program left it.',
    });
  }
  await context.failpoints.reach('lock:before');
  await context.files.writeAtomic(path, printLock(lock));
  await context.failpoints.reach('lock:after');
}
