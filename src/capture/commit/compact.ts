import { DevenvError } from '../../errors/devenv-error.ts';
import type { Image } from '../../model/image.ts';
import type { Lock, Version } from '../../model/version.ts';
import { chooseMerge, chooseReclaim, listParts, worthwhile, type Part } from './choose-merge.ts';
import { findVersion } from '../../lock/version-items.ts';
import type { LayerWeight } from '../../ports/layers.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import { inTask } from '../../observe/in-task.ts';
import { findVersionImage, provideVersion } from '../../observe/version-image.ts';
import { nameOfVariable } from '../../model/shell/variables.ts';

interface CompactOptions {
  /** A new image, not named as a version yet. */
  readonly image: Image;
  /** Number of the version that it lies on. */
  readonly from: number;
  /** True if it may delete files of the versions below. */
  readonly deletes: boolean;
  /** True to merge all captured layers: a secret was deleted. */
  readonly purge: boolean;
  /** Id of the container that it was captured from. */
  readonly container: string;
  /** Names the merged image. */
  readonly reference: string;
  /** Number of the amended version, whose layer becomes part of the new one. */
  readonly through?: number | undefined;
}

/** The image of a version, and the number of the version that it lies on. */
interface CompactedImage {
  readonly image: Image;
  readonly from: number;
}

/**
 * Keeps a version shallow and small: merges its newest layers if they are too
 * many, or if that frees more space of deleted files than it costs to transfer.
 * If layers cannot be merged now, the image stays as it is, and a later commit
 * merges them.
 */
export async function compact(
  context: Context,
  project: Project,
  lock: Lock,
  { image, from, deletes, purge, container, reference, through }: CompactOptions,
): Promise<CompactedImage> {
  const parts = listParts(lock, { size: image.size, layers: image.diffIds.length }, from);
  const beside = { image, beside: container };
  // An amended version is merged with what it adds: the result lies on the version below it.
  const amended = parts.findIndex(({ onto }) => onto === through);
  const own = amended === -1 ? 0 : amended + 2;
  const whole = { image, from: parts[own - 1]?.onto ?? from };
  try {
    const lost = deletes && !purge ? await weighParts(context, parts, beside) : 0;
    const count = purge ? parts.length : Math.max(own, chooseMerge(parts), lost);
    const onto = count === 0 ? undefined : findVersion(lock, parts[count - 1]?.onto);
    if (onto === undefined) return whole;
    const below = await provideImage(context, project, onto);
    if (below === undefined || !fits(below, image)) return whole;
    const layers = sumLayers(parts.slice(0, count));
    const merged = await inTask(context.progress, `Merging ${String(layers)} layers`, async () =>
      (await context.layers()).merge({ ...beside, count: layers, below, reference }),
    );
    await context.failpoints.reach('commit:merged');
    return merged === undefined ? whole : { image: merged, from: onto.number };
  } catch (error) {
    if (!(error instanceof DevenvError) || error.code === 'INTERRUPTED') throw error;
    context.progress.note(`The layers were not merged: ${error.message}`);
    return whole;
  }
}

/** How many of the newest parts to merge for the space of deleted files. */
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

/** The image of a version. Pulled if this engine lacks it: so far it only needed the newest version. */
async function provideImage(context: Context, project: Project, version: Version): Promise<Image | undefined> {
  const engine = await context.engine();
  const { environment } = project;
  const found = await findVersionImage(engine.images, environment.name, version);
  if (found !== undefined || version.digest === undefined || environment.image === undefined) return found;
  await provideVersion(context, environment, version);
  return findVersionImage(engine.images, environment.name, version);
}

/** False for an image below with a variable or label that the one above lacks: an engine would keep it in the merged image. */
function fits(below: Image, image: Image): boolean {
  const names = new Set(image.config.env.map(nameOfVariable));
  return (
    below.diffIds.every((layer, index) => image.diffIds[index] === layer) &&
    below.config.env.every((entry) => names.has(nameOfVariable(entry))) &&
    Object.keys(below.config.labels).every((label) => Object.hasOwn(image.config.labels, label))
  );
}
