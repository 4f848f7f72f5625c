import { createHash, randomBytes } from 'node:crypto';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import { findOverlay } from '../helper/find-overlay.ts';
import { program, startProgram } from '../helper/start-storage-helper.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';

/** A container in which nothing happens: its changes are put there, and the engine makes a layer of them. */
export interface Carrier {
  readonly id: string;
  /** Its upper folder on the engine's machine. */
  readonly upper: string;
  /** What lies below that, as Overlay has it. */
  readonly lower: readonly string[];
}

/** How the names of what stands beside a container start: by it, what a killed capture left is found. */
export function carrierPrefix(container: string): string {
  return `devenv-carrier-${createHash('sha256').update(container).digest('hex').slice(0, 12)}-`;
}

/** Absent where the engine does not tell where its changes lie. */
export async function makeCarrier(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  container: string,
  parent: Image,
): Promise<Carrier | undefined> {
  const id = await engine.runtime.create({
    name: `${carrierPrefix(container)}${randomBytes(4).toString('hex')}`,
    image: parent.id,
    command: [`/${program}`],
    // What a container has and its image has not would stay in the image that is made of it.
    env: [],
    labels: 'dev.teamvm.role' in parent.config.labels ? { 'dev.teamvm.role': 'carrier' } : {},
    user: '',
    workingDir: parent.config.workingDir,
    mounts: [],
    // One of its own takes a quarter of the time of starting, and the program opens no socket; but see lookInside.
    network: (await seesInside(engine)) ? 'none' : 'host',
    log: false,
    attached: true,
    stopTimeout: 0,
  });
  try {
    const overlay = (await findOverlay(engine, id)) ?? (await lookInside(engine, id));
    if (overlay !== undefined) return { id, ...overlay };
    await engine.runtime.remove(id);
    return undefined;
  } catch (error) {
    await engine.runtime.remove(id).catch(() => undefined);
    throw error;
  }
}

const seesInside = async (engine: Pick<Engine, 'describe'>): Promise<boolean> =>
  (await engine.describe()).storage.layers === 'inside';

/** Starts the container to read its folders, where only a container that runs sees them. */
async function lookInside(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  id: string,
): Promise<Awaited<ReturnType<typeof findOverlay>>> {
  if (!(await seesInside(engine))) return undefined;
  const { close } = await startProgram(engine, id);
  const overlay = await findOverlay(engine, id);
  await engine.runtime.stop(id, 0);
  close();
  return overlay;
}

/**
 * Keeps a carrier mounted, by a program in it that does nothing, until the
 * answer is called. Absent where that is of no use, or fails.
 *
 * Docker's classic store mounts a container that does not run to capture it,
 * and unmounts it at the end. Then the kernel waits until the disk below has
 * all that was written to it, the new layer first of all: 0.3 s of 1.6 for
 * 100 MB, which the capture of a container that runs does not take.
 */
export async function holdMounted(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { id }: Carrier,
): Promise<(() => void) | undefined> {
  if (!(await engine.describe()).storage.mountsToCommit) return undefined;
  const details = await engine.runtime.inspect(id);
  // A check would run in it, and may write there; for the volumes of its image the engine makes folders where there are none.
  if (details === undefined || details.healthCheck || details.mounts.length > 0) return undefined;
  return (await startProgram(engine, id).catch(() => undefined))?.close;
}

/** Takes out what started in it; `root`: where a helper has its upper folder. */
export async function clearCarrier(helper: StorageHelper, root: string): Promise<void> {
  await helper.unlink(root, program);
}

/** Makes an image of what lies in a carrier, with exactly the parent's config. */
export async function commitCarrier(
  engine: Pick<Engine, 'images' | 'builder'>,
  { id }: Carrier,
  parent: Image,
  reference: string,
): Promise<Image> {
  await engine.builder.commit(id, reference, parent.config);
  const image = await engine.images.inspect(reference);
  const extended =
    image?.diffIds.length === parent.diffIds.length + 1 &&
    parent.diffIds.every((layer, index) => image.diffIds[index] === layer);
  if (image !== undefined && extended) return image;
  throw new DevenvError('CONTENT_MISMATCH', 'The engine did not make exactly one layer of the changes.', {
    state: 'Nothing was recorded; the workspace is as it was.',
  });
}
