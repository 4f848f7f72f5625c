import type { ImageConfig } from '../model/image.ts';
import type { Engine } from '../ports/engine.ts';
import { resolveBuilder } from './builder-spec.ts';

/**
 * Runs `work` with a container of an image that is thrown away afterwards.
 * `owner` as for buildStep: what a killed program leaves goes with its dead
 * builders.
 */
export async function inImage<T>(
  engine: Engine,
  owner: string,
  reference: string,
  config: ImageConfig,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const container = await engine.createContainer(
    resolveBuilder({ image: reference, config, owner, folder: undefined }),
  );
  try {
    await engine.startContainer(container);
    return await work(container);
  } finally {
    await engine.removeContainer(container).catch(() => undefined);
  }
}
