import type { Context } from '../../ports/context.ts';
import { snapshotIntent, type SeedIntent } from '../snapshot-intent.ts';

/** Removes what an unfinished push of a seed, or filling from one, left. */
export async function undoSeed(
  ports: Pick<Context, 'engine' | 'files' | 'machine' | 'snapshotData'>,
  folder: string,
  { transaction, volumes, image }: SeedIntent,
): Promise<void> {
  const engine = await ports.engine();
  await (await ports.snapshotData()).clean(transaction);
  for (const name of volumes) await engine.volumes.remove(name);
  if (image !== undefined) await engine.images.remove(image);
  await snapshotIntent.drop(ports, folder);
}
