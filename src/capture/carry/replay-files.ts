import { isExcluded } from '../../environment/default-excludes.ts';
import type { BytePath } from '../../model/byte-path.ts';
import { hashFiles } from '../../observe/images/list-tree.ts';
import { isRecord } from '../drift/explain/is-record.ts';
import type { Image } from '../../model/image.ts';
import type { Tree } from '../../model/tree.ts';
import { planReplay, type Replay } from './plan-replay.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import {
  compareEntries,
  compareImages,
  listImage,
  openImages,
  type ImageListing,
} from '../../versions/version-inspection.ts';

/** Changes of our side to files, to be laid on the other side. */
export interface FileReplay extends Replay {
  /** Our side. */
  readonly image: Image;
  /** Number of its layers above the common image. */
  readonly layers: number;
  /** Records of package managers that both sides changed differently: theirs are kept. */
  readonly records: readonly BytePath[];
  /** Files of the image to lay them on. */
  readonly tree: Tree;
}

/** References of images on this engine. */
export interface Sides {
  /** The common image of both sides. */
  readonly before: string;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Compares the files of both sides with their common image. Where both changed
 * a record of a package manager, theirs is kept. `isLeft`: true for paths of
 * ours that are nobody's work.
 */
export async function compareSides(
  context: Context,
  project: Project,
  sides: Sides,
  isLeft: (path: BytePath, isFolder: boolean) => boolean = isExcluded,
): Promise<FileReplay> {
  return openImages(context, project, sides, async ({ before, ours, theirs }) => {
    const [old, mine, other] = await Promise.all([listImage(before), listImage(ours), listImage(theirs)]);
    const [own, their] = await Promise.all([compareImages(project, old, mine), compareImages(project, old, other)]);
    const changes = own.filter(({ path }) => !isLeft(path, mine.tree.get(path)?.type === 'd'));
    const touched = new Set(their.map(({ path }) => path));
    const both = changes.filter(({ path }) => touched.has(path)).map(({ path }) => path);
    const alike = await findAlike(mine, other, both);
    const replay = planReplay(changes, their, (path) => alike.has(path));
    const [below, above] = [before.image.diffIds, ours.image.diffIds];
    const first = below.findIndex((layer, index) => above[index] !== layer);
    return {
      ...replay,
      conflicts: replay.conflicts.filter(({ path }) => !isRecord(path)),
      records: replay.conflicts.filter(({ path }) => isRecord(path)).map(({ path }) => path),
      image: ours.image,
      layers: above.length - (first === -1 ? below.length : first),
      tree: other.tree,
    };
  });
}

/** Those of some paths that have equal metadata, times aside, and content in both trees. */
async function findAlike(a: ImageListing, b: ImageListing, paths: readonly BytePath[]): Promise<ReadonlySet<BytePath>> {
  const alike = paths.filter((path) => {
    const [mine, other] = [a.tree.get(path), b.tree.get(path)];
    return mine !== undefined && other !== undefined && compareEntries(mine, other).length === 0;
  });
  const files = alike.filter((path) => a.tree.get(path)?.type === 'f');
  const [own, their] = await Promise.all([hashFiles(a.ask, files), hashFiles(b.ask, files)]);
  return new Set(alike.filter((path) => own.get(path) === their.get(path)));
}
