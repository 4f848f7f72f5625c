import { requireImage } from '../observe/images/require-image.ts';
import { askImages, type Ask } from '../observe/images/ask-image.ts';
import { hashFiles, listTree } from '../observe/images/list-tree.ts';
import { showPath, type BytePath } from '../model/byte-path.ts';
import type { Image } from '../model/image.ts';
import type { Tree, TreeChange, TreeEntry } from '../model/tree.ts';
import type { Version } from '../model/version.ts';
import type { Context } from '../ports/context.ts';
import type { Project } from '../observe/project.ts';
import { provideVersion } from '../observe/version-image.ts';

/** An image, and how to run programs in it. */
interface OpenImage {
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

/** All files of an image, and how to run programs in it. */
export interface ImageListing {
  readonly ask: Ask;
  readonly tree: Tree;
}

export const listImage = async ({ ask }: Pick<OpenImage, 'ask'>): Promise<ImageListing> => ({
  ask,
  tree: await listTree(ask),
});

/**
 * Differences between the files of two images, sorted by path: folders before
 * what is in them. Contents are compared only if metadata leave a doubt.
 */
export async function compareImages(
  { lock }: Project,
  before: ImageListing,
  after: ImageListing,
): Promise<readonly TreeChange[]> {
  const stamps = new Set(lock?.versions.map(({ date }) => Math.floor(Date.parse(date) / 1000)));
  const changes: TreeChange[] = [];
  const suspects: BytePath[] = [];
  for (const [path, old] of before.tree) {
    const now = after.tree.get(path);
    const what = now === undefined ? [] : compareEntries(old, now);
    if (now === undefined) changes.push({ path, kind: 'removed', what });
    else if (what.length > 0) changes.push({ path, kind: 'changed', what });
    else if (old.type === 'f' && isDoubtful(old, now, stamps)) suspects.push(path);
  }
  for (const path of after.tree.keys()) if (!before.tree.has(path)) changes.push({ path, kind: 'added', what: [] });
  const [a, b] = await Promise.all([hashFiles(before.ask, suspects), hashFiles(after.ask, suspects)]);
  for (const path of suspects)
    if (a.get(path) !== b.get(path)) changes.push({ path, kind: 'changed', what: ['content'] });
  return changes.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
}

/** What of the metadata differs, times aside. */
export function compareEntries(a: TreeEntry, b: TreeEntry): readonly string[] {
  if (a.type !== b.type) return ['type'];
  return (['mode', 'owner', 'size', 'target'] as const).filter((key) => a[key] !== b[key]);
}

/** True for a file of another time, or of one that commits give to all younger files: that of a version, in seconds. */
function isDoubtful({ mtime }: TreeEntry, now: TreeEntry, stamps: ReadonlySet<number>): boolean {
  return mtime !== now.mtime || stamps.has(Number(mtime));
}

/** For people and JSON. */
export function showChanges(changes: readonly TreeChange[]): readonly TreeChange<string>[] {
  return changes.map((change) => ({ ...change, path: showPath(change.path) }));
}
