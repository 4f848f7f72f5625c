import { pathFromLatin1, type BytePath } from '../../model/byte-path.ts';
import { hashFiles, listTree } from '../../observe/images/list-tree.ts';
import { compareTrees } from '../../versions/compare-trees.ts';
import { isNoise } from '../drift/explain/is-noise.ts';
import { isRecord } from '../drift/explain/is-record.ts';
import type { Image } from '../../model/image.ts';
import type { Tree } from '../../model/tree.ts';
import { planReplay, type PathConflict, type Replay } from './plan-replay.ts';
import type { LayerPaths } from '../../ports/layers.ts';
import type { Context } from '../../ports/context.ts';
import type { Project } from '../../observe/project.ts';
import { compareListed, openImages, type Listed, type OpenImage } from '../../versions/version-inspection.ts';

/** What our side changed in files, to be laid on the other. */
export interface FileReplay extends Replay {
  /** Our side. */
  readonly image: Image;
  /** How many of its layers are not in what both sides come from. */
  readonly layers: number;
  /** Records of package managers that both sides wrote, each another: they are theirs. */
  readonly records: readonly BytePath[];
  /** Of the image that it is to be laid on. */
  readonly tree: Tree;
}

/** References of images on this engine. */
export interface Sides {
  /** What both sides come from. */
  readonly before: string;
  readonly ours: string;
  readonly theirs: string;
}

/**
 * Compares the files of both sides with those that they come from. What
 * package managers write about themselves is theirs, where both wrote it.
 * `isLeft`: true for paths of ours that are nobody's work.
 */
export async function compareSides(
  context: Context,
  project: Project,
  sides: Sides,
  isLeft: (path: BytePath) => boolean = isNoise,
): Promise<FileReplay> {
  return openImages(context, project, sides, async ({ before, ours, theirs }) => {
    const [old, mine, other] = await Promise.all([list(before), list(ours), list(theirs)]);
    const [own, their] = await Promise.all([compareListed(old, mine), compareListed(old, other)]);
    const changes = own.filter(({ path }) => !isLeft(path));
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

const list = async ({ ask }: OpenImage): Promise<Listed> => ({ ask, tree: await listTree(ask) });

/** Of some paths those that both trees have, equal in metadata and content; times aside. */
async function findAlike(a: Listed, b: Listed, paths: readonly BytePath[]): Promise<ReadonlySet<BytePath>> {
  const [mine, other] = [a, b].map(
    ({ tree }) =>
      new Map(
        paths.flatMap((path) => {
          const entry = tree.get(path);
          return entry === undefined ? [] : [[path, { ...entry, mtime: '' }] as const];
        }),
      ),
  );
  const different = new Set(compareTrees(mine ?? new Map(), other ?? new Map()).changes.map(({ path }) => path));
  const alike = paths.filter((path) => !different.has(path));
  const files = alike.filter((path) => a.tree.get(path)?.type === 'f');
  const [own, their] = await Promise.all([hashFiles(a.ask, files), hashFiles(b.ask, files)]);
  return new Set(alike.filter((path) => own.get(path) === their.get(path)));
}

/**
 * Of a replay what is laid: without what is `left` to the other side, and with
 * what was decided for ours.
 */
export function settleReplay(
  { copy, hide, conflicts, tree }: FileReplay,
  isTaken: (conflict: PathConflict) => boolean,
  isLeft: (path: BytePath) => boolean,
): LayerPaths {
  const taken = new Map(conflicts.filter(isTaken).map((conflict) => [conflict.path, conflict]));
  const removed = [...taken.values()].filter((conflict) => conflict.ours === 'removed').map(({ path }) => path);
  const wanted = new Set([...copy, ...[...taken.keys()].filter((path) => !removed.includes(path))]);
  // A folder that the other side took away comes back with what is brought into it.
  for (const path of [...wanted]) for (const folder of listAbove(path)) if (!tree.has(folder)) wanted.add(folder);
  const laid = [...wanted].filter((path) => !isLeft(path)).sort((a, b) => (a < b ? -1 : 1));
  const gone = [...hide, ...removed.filter((path) => tree.has(path))];
  const above = new Set([...laid, ...gone].flatMap(listAbove));
  const leading = [...above].filter((path) => !wanted.has(path) && tree.get(path)?.type === 'd').sort();
  return { copy: laid, hide: gone, leading };
}

/** `/a/b/c` → `/a` and `/a/b`. */
function listAbove(path: BytePath): BytePath[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => pathFromLatin1(`/${parts.slice(0, index + 1).join('/')}`));
}
