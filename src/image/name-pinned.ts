import { builderLabels } from '../observe/images/builder-labels.ts';
import { pinStep } from './steps/pin-step.ts';
import { stepKey } from './steps/step-key.ts';
import { stepReference } from './steps/step-reference.ts';
import type { Step } from '../model/plan.ts';
import type { Context } from '../ports/context.ts';
import type { MadeImage } from './make-image.ts';
import type { Project } from '../observe/project.ts';

/**
 * Gives the images of steps that ran without pins the names, too, that the same
 * steps have with the versions that were found: whoever builds from the lock on
 * this engine has them already. `steps`: as they are planned with pins.
 */
export async function namePinned(
  context: Context,
  { hashes }: Pick<Project, 'hashes'>,
  { start, steps: made, image }: MadeImage,
  steps: readonly Step[],
): Promise<void> {
  if (steps.length !== made.length) return;
  const engine = await context.engine();
  let key = start;
  for (const [index, planned] of steps.entries()) {
    const { step } = await pinStep(planned, context.packages, image.architecture, context.signal);
    key = stepKey(key, step, hashes);
    const found = made[index];
    if (found === undefined || found.key === key) continue;
    const reference = stepReference(key);
    if ((await engine.images.inspect(reference))?.config.labels[builderLabels.step] === key) continue;
    await engine.images.label(found.reference, reference, { [builderLabels.step]: key });
  }
}
