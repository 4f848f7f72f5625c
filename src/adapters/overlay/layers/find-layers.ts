import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import { makeCarrier } from '../capture/carrier.ts';
import { isStorage } from '../helper/parse-overlay.ts';
import type { StorageHelper } from '../helper/storage-helper.ts';
import { listRoots, startLayerHelper } from './layer-helper.ts';

/**
 * The folders of an image's `count` topmost layers on the engine's machine, the
 * oldest first, read from a container of the image. Undefined if the engine does
 * not show which folder is which layer.
 */
export async function findLayers(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  beside: string,
  image: Image,
  count: number,
): Promise<readonly string[] | undefined> {
  const container = await makeCarrier(engine, beside, image);
  if (container === undefined) return undefined;
  await engine.runtime.remove(container.id);
  const { lower } = container;
  if (!lower.every(isStorage)) return undefined;
  // Docker adds a folder of the container's own on top.
  const below = lower.slice(lower.length === image.diffIds.length ? 0 : 1);
  // The containerd store keeps such folders of committed containers, each below its layer.
  const layers = below.length === image.diffIds.length ? below : await leaveOutOwn(engine, beside, image, below);
  if (layers.length !== image.diffIds.length || count > layers.length) return undefined;
  return layers.slice(0, count).reverse();
}

async function leaveOutOwn(
  engine: Pick<Engine, 'runtime' | 'describe'>,
  beside: string,
  image: Image,
  folders: readonly string[],
): Promise<readonly string[]> {
  const helper = await startLayerHelper(engine, { image: image.id, folders, beside });
  try {
    const own = await Promise.all(listRoots(folders).map((root) => isOwn(helper, root.slice(1))));
    return folders.filter((_, index) => own[index] === false);
  } finally {
    await helper.remove();
  }
}

async function isOwn(helper: StorageHelper, root: string): Promise<boolean> {
  const names: string[] = [];
  for await (const { path } of helper.listChildren([root, `${root}/etc`])) names.push(path.slice(root.length + 1));
  return names.includes('.dockerenv') && names.every((name) => places.has(name));
}

/** Files and folders that Docker creates in a container for its mounts. */
const places = new Set('.dockerenv dev etc etc/hostname etc/hosts etc/mtab etc/resolv.conf proc sys'.split(' '));
