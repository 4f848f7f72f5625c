import { createHash, randomBytes } from 'node:crypto';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Engine } from '../ports/engine.ts';
import { findOverlay } from './find-overlay.ts';

/** A container that never does anything: its changes are put there, and the engine makes a layer of them. */
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
export async function makeCarrier(engine: Engine, container: string, parent: Image): Promise<Carrier | undefined> {
  const id = await engine.createContainer({
    name: `${carrierPrefix(container)}${randomBytes(4).toString('hex')}`,
    image: parent.id,
    command: ['/bin/sh', '-c', 'exec sleep 60'],
    // What a container has and its image has not would stay in the image that is made of it.
    env: [],
    labels: 'dev.teamvm.role' in parent.config.labels ? { 'dev.teamvm.role': 'carrier' } : {},
    user: '',
    workingDir: parent.config.workingDir,
    mounts: [],
    network: 'none',
    log: false,
    stopTimeout: 0,
  });
  try {
    const overlay = (await findOverlay(engine, id)) ?? (await lookInside(engine, id));
    if (overlay !== undefined) return { id, ...overlay };
    await engine.removeContainer(id);
    return undefined;
  } catch (error) {
    await engine.removeContainer(id).catch(() => undefined);
    throw error;
  }
}

/** The containerd store shows the folders to the container alone, while it runs. */
async function lookInside(engine: Engine, id: string): Promise<Awaited<ReturnType<typeof findOverlay>>> {
  if (!/^containerd\//.test((await engine.info()).storage)) return undefined;
  await engine.startContainer(id);
  const overlay = await findOverlay(engine, id);
  await engine.stopContainer(id, 0);
  return overlay;
}

/** Makes an image of what lies in a carrier, with exactly the parent's config. */
export async function commitCarrier(engine: Engine, { id }: Carrier, parent: Image, reference: string): Promise<Image> {
  await engine.commitContainer(id, reference, parent.config);
  const image = await engine.inspectImage(reference);
  const extended =
    image?.diffIds.length === parent.diffIds.length + 1 &&
    parent.diffIds.every((layer, index) => image.diffIds[index] === layer);
  if (image !== undefined && extended) return image;
  throw new DevenvError('CONTENT_MISMATCH', 'The engine did not make exactly one layer of the changes.', {
    state: 'Nothing was recorded; the workspace is as it was.',
  });
}
