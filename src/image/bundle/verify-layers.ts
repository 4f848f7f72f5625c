import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { BundleImage, BundleLayer } from '../../model/bundle.ts';
import type { Digest } from '../../model/version.ts';
import { inFew } from '../../observe/in-few.ts';
import { inTask } from '../../observe/in-task.ts';
import type { Progress } from '../../ports/progress.ts';
import { blobPath, refuseBundle } from './bundle-format.ts';
import type { Bundle } from './open-bundle.ts';
import { readBlob } from './read-blob.ts';

/** Layers at once. */
const width = 2;

/** The most that a layer may unpack to: `times` its size, and `bytes` more. */
const expansion = { times: 100, bytes: 1024 ** 3 };

/**
 * Reads every layer of these images: it has the digest that the manifest names, and unpacks to the one that the config
 * names. Throws BUNDLE_INVALID.
 */
export async function verifyLayers(progress: Progress, bundle: Bundle, images: readonly BundleImage[]): Promise<void> {
  const wanted = new Map<string, { readonly layer: BundleLayer; readonly diffId: Digest }>();
  for (const { layers, image } of images) {
    for (const [index, layer] of layers.entries()) {
      const diffId = image.diffIds[index];
      if (layer.here && diffId !== undefined) wanted.set(`${layer.digest} ${diffId}`, { layer, diffId });
    }
  }
  const total = [...wanted.values()].reduce((sum, { layer }) => sum + layer.size, 0);
  let read = 0;
  await inTask(progress, `Verifying ${bundle.name}`, (task) =>
    inFew([...wanted.values()], width, async ({ layer, diffId }) => {
      const source = counted(readBlob(bundle, layer.digest), (bytes) => task.transfer((read += bytes), total));
      const found = await hashUnpacked(bundle.name, source, layer);
      if (found !== diffId)
        throw refuseBundle(bundle.name, `${blobPath(layer.digest)} does not unpack to the layer that its image names`);
    }),
  );
}

async function* counted(source: AsyncIterable<Buffer>, done: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const bytes of source) {
    done(bytes.length);
    yield bytes;
  }
}

async function hashUnpacked(name: string, source: AsyncIterable<Buffer>, layer: BundleLayer): Promise<Digest> {
  const hash = createHash('sha256');
  const limit = layer.size * expansion.times + expansion.bytes;
  let size = 0;
  try {
    for await (const bytes of layer.compressed ? unpack(source) : source) {
      if ((size += bytes.length) > limit)
        throw refuseBundle(name, `${blobPath(layer.digest)} unpacks to over ${String(expansion.times)} times its size`);
      hash.update(bytes);
    }
  } catch (error) {
    if (error instanceof DevenvError || !isZlib(error)) throw error;
    throw refuseBundle(name, `${blobPath(layer.digest)} cannot be unpacked`);
  }
  return `sha256:${hash.digest('hex')}`;
}

const isZlib = (error: unknown): boolean => String((error as NodeJS.ErrnoException).code).startsWith('Z_');

/** Unpacks gzip, and passes errors of the source on. */
async function* unpack(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  const input = Readable.from(source, { objectMode: false });
  input.on('error', (error) => gunzip.destroy(error));
  try {
    yield* input.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}
