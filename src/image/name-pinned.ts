import type { Step } from '../model/plan.ts';
import type { Context } from '../ports/context.ts';
import { labels } from '../observe/labels.ts';
import type { Project } from '../observe/project.ts';
import type { MadeImage } from './make-image.ts';
import { pinStep } from './steps/pin-step.ts';
import { stepKey, stepReference } from './steps/step-key.ts';

/**
 * Names the images of steps that ran without pins also by the keys that the
 * steps have with the pins found: a build from the lock finds them by these.
 * Returns the steps with these keys. `steps`: as planned with pins.
 */
export async function namePinned(
  context: Context,
  { hashes }: Pick<Project, 'hashes'>,
  { start, steps: made, image }: MadeImage,
  steps: readonly Step[],
): Promise<MadeImage['steps']> {
  if (steps.length !== made.length) return [];
  const engine = await context.engine();
  const named: MadeImage['steps'][number][] = [];
  let key = start;
  for (const [index, planned] of steps.entries()) {
    const { step } = await pinStep(planned, context, image.architecture, context.signal);
    key = stepKey(key, step, hashes);
    const reference = stepReference(key);
    const found = made[index];
    // A step of the registry keeps its digest alone.
    const isOwn = found?.reference === stepReference(found?.key ?? '');
    named.push({ key, reference: found === undefined || isOwn ? reference : found.reference });
    if (found === undefined || found.key === key || !isOwn) continue;
    if ((await engine.images.inspect(reference))?.config.labels[labels.step] === key) continue;
    await engine.images.label(found.reference, reference, { [labels.step]: key });
  }
  return named;
}
