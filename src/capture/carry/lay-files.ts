import type { BytePath } from '../../model/byte-path.ts';
import type { Image } from '../../model/image.ts';
import type { Context } from '../../ports/context.ts';
import type { LayerPaths } from '../../ports/layers.ts';
import { listAbove } from './plan-replay.ts';
import type { FileReplay } from './replay-files.ts';

interface LayRequest {
  /** Reference of the image that our files are laid on. */
  readonly theirs: string;
  readonly replay: FileReplay;
  /** Conflicts that are decided for ours. */
  readonly taken: ReadonlySet<BytePath>;
  /** Paths of ours to leave out. */
  readonly left: ReadonlySet<BytePath>;
  /** Name of the new image. */
  readonly reference: string;
  /** As LayersRequest has it. */
  readonly beside: string;
}

/** Lays our files on an image. No image if there are none; absent if the engine's storage does not allow it. */
export async function layFiles(
  context: Context,
  { theirs, replay, reference, beside, ...choice }: LayRequest,
): Promise<{ readonly image?: Image; readonly paths: number } | undefined> {
  const only = selectPaths(replay, choice);
  const paths = only.copy.length + only.hide.length;
  const below = await (await context.engine()).images.inspect(theirs);
  if (paths === 0 || below === undefined) return { paths: 0 };
  const { image, layers } = replay;
  const laid = await (await context.layers()).merge({ image, count: layers, below, reference, beside, only });
  return laid && { image: laid, paths };
}

/** The paths of a replay to lay: with conflicts decided for ours, and without those that are left out. */
function selectPaths(
  { copy, hide, conflicts, tree }: FileReplay,
  { taken: ours, left }: Pick<LayRequest, 'taken' | 'left'>,
): LayerPaths {
  const taken = new Map(conflicts.filter(({ path }) => ours.has(path)).map((conflict) => [conflict.path, conflict]));
  const removed = [...taken.values()].filter((conflict) => conflict.ours === 'removed').map(({ path }) => path);
  const wanted = new Set([...copy, ...[...taken.keys()].filter((path) => !removed.includes(path))]);
  // A folder that the other side took away comes back with what is brought into it.
  for (const path of [...wanted]) for (const folder of listAbove(path)) if (!tree.has(folder)) wanted.add(folder);
  const laid = [...wanted].filter((path) => !left.has(path)).sort((a, b) => (a < b ? -1 : 1));
  const gone = [...hide, ...removed.filter((path) => tree.has(path))];
  const above = new Set([...laid, ...gone].flatMap(listAbove));
  const leading = [...above].filter((path) => !wanted.has(path) && tree.get(path)?.type === 'd').sort();
  return { copy: laid, hide: gone, leading };
}
