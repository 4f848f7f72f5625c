import type { Image } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Images } from '../../ports/images.ts';
import type { Progress } from '../../ports/progress.ts';
import { labels } from '../../observe/labels.ts';
import type { StepGuard } from './step-guard.ts';
import { stepReference } from './step-key.ts';

/**
 * True if this engine has the image of a step on the present parent. If it was
 * not searched by the present rules, its own layers are searched now. Throws
 * SECRET_FOUND.
 */
export async function mayReuse(
  ports: { readonly engine: Engine; readonly progress: Progress; readonly guard?: StepGuard | undefined },
  { step, key }: { readonly step: Step; readonly key: string },
  parent: Image,
): Promise<boolean> {
  const { engine, guard, progress } = ports;
  const reference = stepReference(key);
  const image = await engine.images.inspect(reference);
  if (image?.config.labels[labels.step] !== key) return false;
  // A rebuilt parent has other layers; this image still lies on the old ones.
  if (!parent.diffIds.every((layer, index) => image.diffIds[index] === layer)) return false;
  const onlyCopies = step.actions.every(({ kind }) => kind === 'copy');
  if (guard === undefined || onlyCopies || image.config.labels[labels.searched] === guard.rules) return true;
  const task = progress.task(`Looking for secrets in the image of "${step.title}"`);
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
  // Without the mark, the next build searches again.
  await images.label(reference, reference, { [labels.searched]: rules }).catch(() => undefined);
}
