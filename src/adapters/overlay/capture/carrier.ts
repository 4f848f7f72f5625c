import { createHash, randomBytes } from 'node:crypto';
import { DevenvError } from '../../../errors/devenv-error.ts';
import type { Container, Overlay } from '../../../model/container.ts';
import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import { readOwnOverlay } from '../helper/find-overlay.ts';
import { program, startProgram } from '../helper/start-storage-helper.ts';
import { StorageHelper } from '../helper/storage-helper.ts';

/** A container that runs nothing of its image: a helper puts changes into it, and the engine makes a layer of them. */
export interface Carrier {
  readonly id: string;
  /** Its upper folder on the engine's machine. */
  readonly upper: string;
  /** The folders below it, the topmost first. */
  readonly lower: readonly string[];
}

/** The start of the names of a container's carriers, by which leftovers of a killed capture are found. */
export function carrierPrefix(container: string): string {
  return `devenv-carrier-${createHash('sha256').update(container).digest('hex').slice(0, 12)}-`;
}

/** Carriers of a container, or of a transaction, that exist now. */
export async function listCarriers(
  { runtime }: Pick<Engine, 'runtime'>,
  container: string,
): Promise<readonly Container[]> {
  const prefix = carrierPrefix(container);
  return (await runtime.list(['dev.teamvm.role=carrier'])).filter(({ name }) => name.startsWith(prefix));
}

/** Undefined if the engine does not show where the carrier's folders are. */
export async function makeCarrier(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  container: string,
  parent: Image,
): Promise<Carrier | undefined> {
  const { layers } = (await engine.describe()).storage;
  if (layers === 'hidden') return undefined;
  const id = await engine.runtime.create({
    name: `${carrierPrefix(container)}${randomBytes(4).toString('hex')}`,
    image: parent.id,
    command: [`/${program}`],
    // The engine would keep anything more in the image that it makes of it.
    env: [],
    labels: 'dev.teamvm.role' in parent.config.labels ? { 'dev.teamvm.role': 'carrier' } : {},
    user: '',
    workingDir: parent.config.workingDir,
    mounts: [],
    // A network of its own takes a quarter of the time of starting, and the program opens no socket; but see lookInside.
    network: layers === 'inside' ? 'none' : 'host',
    log: false,
    attached: true,
    stopTimeout: 0,
  });
  try {
    const overlay = layers === 'inside' ? await lookInside(engine, id) : (await engine.runtime.inspect(id))?.overlay;
    if (overlay !== undefined) return { id, ...overlay };
    await engine.runtime.remove(id);
    return undefined;
  } catch (error) {
    await engine.runtime.remove(id).catch(() => undefined);
    throw error;
  }
}

/** Starts the container to read its folders, if only a running container sees them. */
async function lookInside(engine: Pick<Engine, 'runtime' | 'describe'>, id: string): Promise<Overlay | undefined> {
  const started = await startProgram(engine, id);
  // Nothing else ever runs in it: its mounts are the engine's.
  const overlay = await readOwnOverlay(engine, new StorageHelper(started));
  await engine.runtime.stop(id, 0);
  started.close();
  return overlay;
}

/**
 * Keeps a carrier mounted by running an idle program in it, until the returned
 * function is called. Undefined if that is of no use, or fails.
 *
 * Docker's classic store mounts a stopped container to commit it, and unmounts
 * it afterwards: the kernel then flushes the disk, the new layer included. That
 * takes 0.3 s of 1.6 s for 100 MB, and nothing for a running container.
 */
export async function holdMounted(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  { id }: Carrier,
): Promise<(() => void) | undefined> {
  if (!(await engine.describe()).storage.mountsToCommit) return undefined;
  const details = await engine.runtime.inspect(id);
  // A health check may write in it, and the engine makes folders for the image's volumes.
  if (details === undefined || details.healthCheck || details.mounts.length > 0) return undefined;
  return (await startProgram(engine, id).catch(() => undefined))?.close;
}

/** Removes devenv's program from it; `root`: its upper folder, as a helper sees it. */
export async function clearCarrier(helper: StorageHelper, root: string): Promise<void> {
  await helper.unlink(root, program);
}

/** Makes an image of a carrier, one layer on the parent with the parent's config. */
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
