import type { ImageConfig } from '../../model/image.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { resolveBuilder } from './builder-spec.ts';

/** An image that is looked into. */
export interface Looked {
  readonly reference: string;
  readonly config: ImageConfig;
}

/**
 * Runs `work` with a container of an image that is thrown away afterwards, and
 * that has no network. `owner` as for buildStep: what a killed program leaves
 * goes with its dead builders.
 */
export async function inImage<T>(
  runtime: Runtime,
  owner: string,
  reference: string,
  config: ImageConfig,
  work: (container: string) => Promise<T>,
): Promise<T> {
  return inImages(runtime, owner, [{ reference, config }], ([container = '']) => work(container));
}

/** The same for several images at once; their containers are given in the same order. */
export async function inImages<T>(
  runtime: Runtime,
  owner: string,
  images: readonly Looked[],
  work: (containers: readonly string[]) => Promise<T>,
): Promise<T> {
  const started = await Promise.allSettled(images.map((image) => start(runtime, owner, image)));
  const containers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    return await work(containers);
  } finally {
    await Promise.allSettled(containers.map((container) => runtime.remove(container)));
  }
}

async function start(runtime: Runtime, owner: string, { reference, config }: Looked): Promise<string> {
  const spec = resolveBuilder({ image: reference, config, owner, folder: undefined });
  // To connect it would take the engine half of the time of starting.
  const container = await runtime.create({ ...spec, network: 'none' });
  try {
    await runtime.start(container);
    return container;
  } catch (error) {
    await runtime.remove(container).catch(() => undefined);
    throw error;
  }
}
