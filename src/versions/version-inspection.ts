import { requireImage } from '../observe/images/require-image.ts';
import { askImages, type Ask } from '../observe/images/ask-image.ts';
import { hashFiles, listTree } from '../observe/images/list-tree.ts';
import { showPath } from '../model/byte-path.ts';
import { compareTrees, sortChanges } from './compare-trees.ts';
import type { Image } from '../model/image.ts';
import type { Tree, TreeChange } from '../model/tree.ts';
import type { Version } from '../model/version.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { provideVersion } from '../observe/version-image.ts';

/** An image, and how to run programs in it. */
export interface OpenImage {
  readonly image: Image;
  readonly ask: Ask;
}

/** Opens the image of a version while `work` runs; pulls it if this engine lacks it. */
export async function openVersion<T>(
  context: Context,
  project: Project,
  version: Version,
  work: (open: OpenImage) => Promise<T>,
): Promise<T> {
  const image = await provideVersion(context, project.environment, version);
  return openImages(context, project, { image }, (open) => work(open.image));
}

/** Opens images of the engine while `work` runs. The caller names them. */
export async function openImages<K extends string, T>(
  context: Context,
  project: Project,
  references: Readonly<Record<K, string>>,
  work: (open: Readonly<Record<K, OpenImage>>) => Promise<T>,
): Promise<T> {
  const engine = await context.engine();
  const names = Object.keys(references) as K[];
  const images = await Promise.all(names.map((name) => requireImage(engine.images, references[name])));
  const looked = images.map(({ config }, index) => ({ reference: references[names[index] as K], config }));
  return askImages(engine.runtime, project.folder, looked, (asks) => {
    const open = asks.map((ask, index) => [names[index], { image: images[index], ask }] as const);
    return work(Object.fromEntries(open) as Record<K, OpenImage>);
  });
}

/** Compares the files of two images; their contents only if metadata leave a doubt. */
export async function compareFiles(before: Ask, after: Ask): Promise<readonly TreeChange[]> {
  const [old, now] = await Promise.all([listTree(before), listTree(after)]);
  return compareListed({ ask: before, tree: old }, { ask: after, tree: now });
}

/** All files of an image, and how to run programs in it. */
export interface ImageListing {
  readonly ask: Ask;
  readonly tree: Tree;
}

/** As compareFiles, for images that are listed already. */
export async function compareListed(before: ImageListing, after: ImageListing): Promise<readonly TreeChange[]> {
  const { changes, suspects } = compareTrees(before.tree, after.tree);
  const [a, b] = await Promise.all([hashFiles(before.ask, suspects), hashFiles(after.ask, suspects)]);
  const rewritten = suspects
    .filter((path) => a.get(path) !== b.get(path))
    .map((path): TreeChange => ({ path, kind: 'changed', what: ['content'] }));
  return sortChanges([...changes, ...rewritten]);
}

/** For people and JSON. */
export function showChanges(changes: readonly TreeChange[]): readonly TreeChange<string>[] {
  return changes.map((change) => ({ ...change, path: showPath(change.path) }));
}
