import type { BytePath } from '../../model/byte-path.ts';
import type { Image } from '../../model/image.ts';
import type { Context } from '../../ports/context.ts';
import { settleReplay, type FileReplay } from './replay-files.ts';

export interface Laying {
  /** Reference of the image that our files are laid on. */
  readonly theirs: string;
  readonly replay: FileReplay;
  /** Paths of conflicts that are decided for ours. */
  readonly taken: ReadonlySet<BytePath>;
  /** Paths of ours that are left out. */
  readonly left: ReadonlySet<BytePath>;
  /** Names the image that is made. */
  readonly reference: string;
  /** As LayersRequest has it. */
  readonly beside: string;
}

/** Lays our files on an image. No image where there are none; absent where the engine's storage does not allow it. */
export async function layFiles(
  context: Context,
  { theirs, replay, taken, left, reference, beside }: Laying,
): Promise<{ readonly image?: Image; readonly paths: number } | undefined> {
  const only = settleReplay(
    replay,
    ({ path }) => taken.has(path),
    (path) => left.has(path),
  );
  const paths = only.copy.length + only.hide.length;
  const below = await (await context.engine()).images.inspect(theirs);
  if (paths === 0 || below === undefined) return { paths: 0 };
  const { image, layers } = replay;
  const laid = await (await context.layers()).merge({ image, count: layers, below, reference, beside, only });
  return laid && { image: laid, paths };
}
