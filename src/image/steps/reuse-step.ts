import type { Image } from '../../model/image.ts';
import type { Step } from '../../model/plan.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Progress } from '../../ports/progress.ts';
import { labels } from '../../observe/labels.ts';
import { stepReference } from './step-key.ts';
import { inTask } from '../../observe/in-task.ts';

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
  const count = image.diffIds.length - parent.diffIds.length;
  const { clean, leaveOut } = await inTask(progress, `Looking for secrets in the image of "${step.title}"`, () =>
    guard.checkImage(step, image, count),
  );
  if (leaveOut.length > 0) return false;
  // If this fails, the next build searches again.
  if (clean) await engine.images.label(reference, reference, { [labels.searched]: guard.rules }).catch(() => undefined);
  return true;
}

/** Searches what steps write for secrets. Both checks throw SECRET_FOUND. */
export interface StepGuard {
  /** The name of the rules. */
  readonly rules: string;
  /** Called when a builder runs, so that its check need not wait. `parent`: id of the builder's image. */
  readonly prepare: (builder: string, parent: string) => void;
  /** Searches the changes in a builder that has ended. */
  readonly checkBuilder: (step: Step, builder: string, parent: string) => Promise<StepCheck>;
  /** Searches the image of a step that ran before. `count`: its layers above the parent's. */
  readonly checkImage: (step: Step, image: Image, count: number) => Promise<StepCheck>;
}

export interface StepCheck {
  /** True if nothing else was found: it need not be searched again by these rules. */
  readonly clean: boolean;
  /** Absolute paths that hold secrets and are excluded from versions. */
  readonly leaveOut: readonly string[];
}
