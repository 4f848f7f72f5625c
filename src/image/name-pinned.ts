import type { Step } from '../model/plan.ts';
import type { Context } from '../ports/context.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import type { MadeImage } from './make-image.ts';
import { pinStep } from './steps/pin-step.ts';
import { stepKey, stepReference, type StepImage } from './steps/step-key.ts';

/**
 * Gives the images of steps a second name: the key that each step has with the
 * pins that the build found. A build from the lock looks for that one. Returns
 * the steps with these keys. `steps`: as planned with pins.
 */
export async function namePinned(
  context: Context,
  { hashes }: Pick<Project, 'hashes'>,
  { start, steps: made, image }: MadeImage,
  steps: readonly Step[],
): Promise<readonly StepImage[]> {
  if (steps.length !== made.length) return [];
  const engine = await context.engine();
  const named: StepImage[] = [];
  let key = start;
  for (const [index, planned] of steps.entries()) {
    const { step } = await pinStep(planned, context, image.architecture, context.signal);
    key = stepKey(key, step, hashes);
    const reference = stepReference(key);
    const found = made[index];
    named.push({ key, reference: found?.key === key ? found.reference : reference });
    // A step of the registry keeps its digest as its only name.
    if (found === undefined || found.key === key || found.reference !== stepReference(found.key)) continue;
    if ((await engine.images.inspect(reference))?.config.labels[labels.step] === key) continue;
    await engine.images.label(found.reference, reference, { [labels.step]: key });
  }
  return named;
}
