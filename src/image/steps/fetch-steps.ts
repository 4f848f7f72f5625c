import { DevenvError, hasCode } from '../../errors/devenv-error.ts';
import type { Image } from '../../model/image.ts';
import { inTask } from '../../observe/in-task.ts';
import { labels } from '../../observe/labels.ts';
import type { Project } from '../../observe/project.ts';
import { transferOptions } from '../../observe/transfer-options.ts';
import type { Context } from '../../ports/context.ts';
import type { Images } from '../../ports/images.ts';
import type { ProgressTask } from '../../ports/progress.ts';
import { stepReference } from './step-key.ts';

/** The image of a step that need not run. */
export interface FetchedStep {
  readonly index: number;
  /** A pulled one has no name of `stepReference`: by that, builds of other projects would take what this lock names. */
  readonly reference: string;
}

/**
 * Pulls the image of the last step that devenv-lock.yaml names, which has the
 * layers of all steps before it. Undefined if no image can be pulled. `keys`: of
 * all steps of the build, in order. Throws CONTENT_MISMATCH, and what a pull
 * throws.
 */
export async function fetchSteps(
  context: Context,
  { lock, environment }: Project,
  base: Image,
  keys: readonly string[],
): Promise<FetchedStep | undefined> {
  const { images } = await context.engine();
  const repository = environment.image;
  for (const [index, key] of [...keys.entries()].reverse()) {
    const digest = lock?.steps?.[key];
    if (digest === undefined || repository === undefined) continue;
    const pinned = `${repository}@${digest}`;
    for (const reference of [stepReference(key), pinned]) {
      const here = await images.inspect(reference);
      if (here !== undefined && isStep(here, key, base)) return { index, reference };
    }
    const title = `Pulling ${index === 0 ? 'step 1' : `steps 1 to ${String(index + 1)}`} of ${String(keys.length)}`;
    try {
      await inTask(context.progress, title, (task) => fetchStep(context, images, base, key, pinned, task));
      return { index, reference: pinned };
    } catch (error) {
      if (!hasCode(error, 'IMAGE_NOT_FOUND', 'REGISTRY_DENIED', 'REGISTRY_UNREACHABLE')) throw error;
      context.progress.note(`A step that devenv-lock.yaml names cannot be pulled and runs here: ${error.message}`);
      if (error.code !== 'IMAGE_NOT_FOUND') return undefined;
    }
  }
  return undefined;
}

async function fetchStep(
  context: Context,
  images: Images,
  base: Image,
  key: string,
  pinned: string,
  task: ProgressTask,
): Promise<void> {
  await images.pull(pinned, await transferOptions(context, pinned, task));
  const image = await images.inspect(pinned);
  if (image === undefined || !isStep(image, key, base)) {
    throw new DevenvError('CONTENT_MISMATCH', `${pinned} is not the step that devenv-lock.yaml names.`, {
      hint: 'The lock or the registry was changed. Compare devenv-lock.yaml with its history in git.',
      state: 'Nothing of it was used.',
    });
  }
}

/** True for the image of a step on this base. */
const isStep = ({ config, diffIds, architecture }: Image, key: string, base: Image): boolean =>
  config.labels[labels.step] === key &&
  architecture === base.architecture &&
  base.diffIds.every((layer, index) => diffIds[index] === layer);
