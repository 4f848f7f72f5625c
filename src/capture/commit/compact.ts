import { DevenvError } from '../../errors/devenv-error.ts';
import type { Image } from '../../model/image.ts';
import type { Lock, Version } from '../../model/version.ts';
import { chooseMerge, chooseReclaim, worthwhile } from './choose-merge.ts';
import { listParts, type Part } from './list-parts.ts';
import { findVersion } from '../../lock/version-items.ts';
import type { LayerWeight } from '../../ports/layers.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import { findVersionImage, provideVersion } from '../../observe/version-image.ts';

export interface CompactOptions {
  /** A new image, not named as a version yet. */
  readonly image: Image;
  /** Number of the version that it lies on. */
  readonly from: number;
  /** True where it may hide files of the versions below. */
  readonly deletes: boolean;
  /** True where all that was captured is to be merged: a secret was deleted. */
  readonly purge: boolean;
  /** Id of the container that it was captured from. */
  readonly container: string;
  /** Names the merged image. */
  readonly reference: string;
  /** Number of a version that is made anew: what it added becomes part of the new layer. */
  readonly through?: number | undefined;
}

export interface Compacted {
  readonly image: Image;
  readonly from: number;
  /** How many layers became one; 0 where none did. */
  readonly merged: number;
}

/**
 * Keeps a version shallow and small: merges its newest layers where there are
 * many, and down to those whose files were deleted where that gives back more
 * than it costs to send. Which container the layers came from does not matter.
 * Where it cannot be done now, the image stays as it is, and a later commit
 * does it.
 */
export async function compact(
  context: Context,
  project: Project,
  lock: Lock,
  { image, from, deletes, purge, container, reference, through }: CompactOptions,
): Promise<Compacted> {
  const parts = listParts(lock, { size: image.size, layers: image.diffIds.length }, from);
  const beside = { image, beside: container };
  // What stands on a version that is made anew stands on the one below it.
  const anew = parts.findIndex(({ onto }) => onto === through);
  const own = anew === -1 ? 0 : anew + 2;
  const whole = { image, from: parts[own - 1]?.onto ?? from, merged: 0 };
  try {
    const lost = deletes && !purge ? await weighParts(context, parts, beside) : 0;
    const count = purge ? parts.length : Math.max(own, chooseMerge(parts), lost);
    const onto = count === 0 ? undefined : findVersion(lock, parts[count - 1]?.onto);
    if (onto === undefined) return whole;
    const below = await provideImage(context, project, onto);
    if (below === undefined || !fits(below, image)) return whole;
    const layers = sumLayers(parts.slice(0, count));
    const task = context.progress.task(`Merging ${String(layers)} layers`);
    try {
      const merged = await (await context.layers()).merge({ ...beside, count: layers, below, reference });
      task.done();
      await context.failpoints.reach('commit:merged');
      return merged === undefined ? whole : { image: merged, from: onto.number, merged: layers };
    } catch (error) {
      task.fail();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code === 'INTERRUPTED') throw error;
    context.progress.note(`The layers stay as many as they are: ${error.message}`);
    return whole;
  }
}

/** How many of the parts to merge for what was deleted in them. */
async function weighParts(
  context: Context,
  parts: readonly Part[],
  beside: { readonly image: Image; readonly beside: string },
): Promise<number> {
  if (parts.slice(1).reduce((sum, { bytes }) => sum + bytes, 0) < worthwhile) return 0;
  const weights = await (await context.layers()).weigh({ ...beside, count: sumLayers(parts) });
  if (weights === undefined) return 0;
  const newestFirst = [...weights].reverse();
  let at = 0;
  return chooseReclaim(parts.map(({ layers }) => addWeights(newestFirst.slice(at, (at += layers)))));
}

const sumLayers = (parts: readonly Part[]): number => parts.reduce((sum, { layers }) => sum + layers, 0);

function addWeights(weights: readonly LayerWeight[]): LayerWeight {
  const sum = (of: (weight: LayerWeight) => number): number => weights.reduce((total, each) => total + of(each), 0);
  return { live: sum(({ live }) => live), dead: sum(({ dead }) => dead) };
}

/** Pulled where this engine lacks it: of a version that somebody else made, only the newest was needed so far. */
async function provideImage(context: Context, project: Project, version: Version): Promise<Image | undefined> {
  const engine = await context.engine();
  const { environment } = project;
  const found = await findVersionImage(engine.images, environment.name, version);
  if (found !== undefined || version.digest === undefined || environment.image === undefined) return found;
  await provideVersion(context, environment, version);
  return findVersionImage(engine.images, environment.name, version);
}

/** Engines keep a variable or label of the image below that the one above has not, so that such a merge would fail. */
function fits(below: Image, image: Image): boolean {
  const names = new Set(image.config.env.map((entry) => entry.split('=', 1)[0]));
  return (
    below.diffIds.every((layer, index) => image.diffIds[index] === layer) &&
    below.config.env.every((entry) => names.has(entry.split('=', 1)[0])) &&
    Object.keys(below.config.labels).every((label) => Object.hasOwn(image.config.labels, label))
  );
}
