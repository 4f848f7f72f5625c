import type { Image } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Images } from '../../ports/images.ts';
import type { Progress } from '../../ports/progress.ts';
import { labels } from '../../observe/labels.ts';
import type { StepGuard } from './step-guard.ts';
import { stepReference } from './step-reference.ts';

/**
 * True where this engine has the image of a step, on the parent as that is now,
 * and a guard lets it pass: one that was not searched by the present rules is
 * searched now, its own layers alone. Throws SECRET_FOUND.
 */
export async function mayReuse(
  world: { readonly engine: Engine; readonly progress: Progress; readonly guard?: StepGuard | undefined },
  { step, key }: { readonly step: Step; readonly key: string },
  parent: Image,
): Promise<boolean> {
  const { engine, guard, progress } = world;
  const reference = stepReference(key);
  const image = await engine.images.inspect(reference);
  if (image?.config.labels[labels.step] !== key) return false;
  // A parent that was made again has other layers: what was left out of them now would still be below this one.
  if (!parent.diffIds.every((layer, index) => image.diffIds[index] === layer)) return false;
  const onlyCopies = step.actions.every(({ kind }) => kind === 'copy');
  if (guard === undefined || onlyCopies || image.config.labels[labels.searched] === guard.rules) return true;
  const task = progress.task(`Looking for secrets in what "${step.title}" once wrote`);
  try {
    const { clean, leaveOut } = await guard.checkImage(step, image, image.diffIds.length - parent.diffIds.length);
    task.done();
    if (leaveOut.length > 0) return false;
    if (clean) await mark(engine.images, reference, guard.rules);
    return true;
  } catch (error) {
    task.fail();
    throw error;
  }
}

async function mark(images: Images, reference: string, rules: string): Promise<void> {
  // Without it, the next build searches again.
  await images.label(reference, reference, { [labels.searched]: rules }).catch(() => undefined);
}
