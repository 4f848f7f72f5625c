import type { Digest } from '../../model/version.ts';
import { inTask } from '../../observe/in-task.ts';
import { readLock, type Project } from '../../observe/project.ts';
import { pushImage } from '../../observe/push-image.ts';
import { requireRepository } from '../../observe/require-repository.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import type { Context } from '../../ports/context.ts';
import type { Held } from '../../ports/project-lock.ts';
import { writeLock } from '../../versions/write-lock.ts';
import type { StepImage } from './step-key.ts';

/**
 * Pushes the images of a build's steps to the project's repository, except those
 * that it has, and records their digests in the lock. `fromBase`: the build
 * started from the base, so its steps replace those in the lock.
 */
export async function sendSteps(
  context: Context,
  held: Held,
  { folder, environment }: Project,
  steps: readonly StepImage[],
  fromBase: boolean,
): Promise<void> {
  const { images } = await context.engine();
  const { lock, lockText } = await readLock(context, folder);
  if (lock === undefined || steps.length === 0) return;
  const repository = requireRepository(environment);
  const known = lock.steps ?? {};
  const sent: Record<string, Digest> = fromBase ? {} : { ...known };
  await inTask(context.progress, 'Pushing steps to the registry', async (task) => {
    for (const { key, reference } of steps) {
      const digest = known[key];
      const { auth } = await transferOptions(context, repository);
      if (digest !== undefined && (await images.resolveDigest(`${repository}@${digest}`, auth)) !== undefined) {
        sent[key] = digest;
      } else if ((await images.inspect(reference)) !== undefined) {
        const target = `${repository}:step-${key.slice(0, 40)}`;
        sent[key] = await pushImage(context, reference, target, task);
        // The engine keeps the image under the name of the step.
        await images.remove(target);
      }
    }
  });
  await context.failpoints.reach('steps:sent');
  await writeLock(context, held, { folder, lockText }, { ...lock, steps: sent });
}
