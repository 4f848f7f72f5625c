import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';
import { makeCarrier } from '../capture/carrier.ts';
import { ImageHelper } from '../helper/image-helper.ts';
import { isStorage } from '../helper/parse-overlay.ts';

/**
 * The folders of an image's `count` topmost layers on the engine's machine,
 * the oldest first, as a container of the image has them below it. Absent
 * where the engine does not tell which folder is which layer.
 */
export async function findLayers(
  engine: Engine,
  beside: string,
  image: Image,
  count: number,
): Promise<readonly string[] | undefined> {
  const container = await makeCarrier(engine, beside, image);
  if (container === undefined) return undefined;
  await engine.runtime.remove(container.id);
  const { lower } = container;
  if (!lower.every(isStorage)) return undefined;
  // Docker puts a folder of the container's own on top, which went with it.
  const below = lower.slice(lower.length === image.diffIds.length ? 0 : 1);
  // The containerd store keeps those of containers that were captured, each below its layer.
  const layers = below.length === image.diffIds.length ? below : await leaveOutOwn(engine, beside, image, below);
  if (layers.length !== image.diffIds.length || count > layers.length) return undefined;
  return layers.slice(0, count).reverse();
}

const target = '/.devenv-layers';

async function leaveOutOwn(
  engine: Engine,
  beside: string,
  image: Image,
  folders: readonly string[],
): Promise<readonly string[]> {
  const helper = await ImageHelper.start(engine, {
    image: image.id,
    labels: { 'dev.teamvm.origin': beside },
    mounts: folders.map((source, index) => ({
      ...{ kind: 'bind', source, target: `${target}/${String(index)}`, readOnly: true },
    })),
  });
  try {
    let listing = '';
    for await (const chunk of helper.read(listScript, [target])) listing += chunk.toString('latin1');
    const own = new Set(
      listing
        .split('//')
        .map((entry) => entry.trim().split('\n'))
        .filter(([, ...names]) => names.includes('.dockerenv') && names.every((name) => places.has(name)))
        .map(([index]) => Number(index)),
    );
    return folders.filter((_, index) => !own.has(index));
  } finally {
    await helper.stop();
  }
}

/** What Docker puts into a container so that files can be mounted there. */
const places = new Set('.dockerenv dev etc etc/hostname etc/hosts etc/mtab etc/resolv.conf proc sys'.split(' '));

/** The index of each folder, then what is in it and in its `etc`; no name holds two slashes. */
const listScript = `cd "$1" && for folder in *; do
  echo "$folder" && cd "$folder" && ls -A && if [ -d etc ]; then ls -A etc | sed 's,^,etc/,'; fi; cd .. && echo //
done`;
