import type { EngineUsage } from '../../ports/engine.ts';
import type { Unneeded } from './choose-unneeded.ts';

/**
 * Bytes that each removal frees if all are done in this order: an image frees the layers that no other image has by then.
 */
export function weighRemovals(
  { images, volumes, containers }: EngineUsage,
  chosen: readonly Unneeded[],
): readonly number[] {
  const left = new Map(images.map((image) => [image.id, image.tags.length]));
  const users = new Map<string, number>();
  for (const { layers } of images) for (const { id } of layers) users.set(id, (users.get(id) ?? 0) + 1);
  return chosen.map(({ object, name }) => {
    if (object === 'volume') return volumes.find((one) => one.name === name)?.size ?? 0;
    if (object === 'container') return containers.find((one) => one.name === name)?.size ?? 0;
    const image = images.find(({ tags }) => tags.includes(name));
    if (image === undefined) return 0;
    const names = (left.get(image.id) ?? 0) - 1;
    left.set(image.id, names);
    if (names > 0) return 0;
    let freed = 0;
    for (const { id, size } of image.layers) {
      const rest = (users.get(id) ?? 0) - 1;
      users.set(id, rest);
      if (rest === 0) freed += size;
    }
    return freed;
  });
}
