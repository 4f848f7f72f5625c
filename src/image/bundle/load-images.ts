import { posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BundleImage } from '../../model/bundle.ts';
import type { Image } from '../../model/image.ts';
import { asMap, parseJson } from '../../model/json.ts';
import { readTar } from '../../model/tar/read-tar.ts';
import { writeTar, type TarEntry } from '../../model/tar/tar.ts';
import type { Digest } from '../../model/version.ts';
import type { Engine } from '../../ports/engine.ts';
import { blobPath, digestOfBytes, documentLimit } from './bundle-format.ts';
import type { Bundle } from './open-bundle.ts';
import { plainConfig } from './plain-config.ts';
import { readBlob } from './read-blob.ts';

/** An image that the engine is to have, and its names there. */
export interface WantedImage {
  readonly image: BundleImage;
  readonly references: readonly string[];
}

/** The image of this engine that has the layers which a bundle leaves out. */
export interface LowerImage {
  readonly reference: string;
  readonly image: Image;
}

interface LoadOptions {
  readonly lower: LowerImage | undefined;
  /** Name of the project that gets the images. */
  readonly project: string;
  readonly signal: AbortSignal;
}

/** Loads verified images. An engine that takes no image without its lower layers gets those that it has itself. */
export async function loadBundle(
  engine: Pick<Engine, 'images' | 'describe'>,
  bundle: Bundle,
  wanted: readonly WantedImage[],
  { lower, project, signal }: LoadOptions,
): Promise<void> {
  const needs = wanted.some(({ image }) => image.layers.some(({ here }) => !here));
  const { loadsAbove } = (await engine.describe()).storage;
  const whole = needs && !loadsAbove ? lower : undefined;
  await engine.images.load(writeTar(listTarEntries(engine, bundle, wanted, { lower: whole, project })), signal);
}

/** The archive that the engine loads: blobs of the bundle, and what names them. */
async function* listTarEntries(
  { images }: Pick<Engine, 'images'>,
  bundle: Bundle,
  wanted: readonly WantedImage[],
  { lower, project }: Omit<LoadOptions, 'signal'>,
): AsyncGenerator<TarEntry> {
  const below = lower === undefined ? [] : yield* copyLower(images.save([lower.reference]));
  const sent = new Set<Digest>();
  function* blob(digest: Digest): Generator<TarEntry> {
    const entry = bundle.blobs.get(digest);
    if (entry === undefined || sent.has(digest)) return;
    sent.add(digest);
    yield { path: blobPath(digest), mode: 0o644, size: entry.size, content: readBlob(bundle, digest) };
  }
  const configs = new Map<BundleImage, Digest>();
  for (const { image } of wanted) {
    for (const { digest } of image.layers) yield* blob(digest);
    if (image.role.kind === 'version') {
      const config = plainConfig(await buffer(readBlob(bundle, image.config)), project);
      const digest = digestOfBytes(config);
      configs.set(image, digest);
      if (!sent.has(digest)) yield { path: blobPath(digest), mode: 0o644, size: config.length, content: [config] };
      sent.add(digest);
    } else yield* blob(image.config);
  }
  const rows = wanted.map(({ image, references }) => ({
    Config: blobPath(configs.get(image) ?? image.config),
    RepoTags: references,
    Layers: image.layers.map(({ digest, here }, index) => (here ? undefined : below[index]) ?? blobPath(digest)),
  }));
  const text = Buffer.from(JSON.stringify(rows));
  yield { path: 'manifest.json', mode: 0o644, size: text.length, content: [text] };
}

/** Passes on the layers of a saved image under new names. Returns the names, base first. */
async function* copyLower(saved: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry, readonly string[]> {
  const named = new Map<string, string>();
  let manifest: Buffer | undefined;
  for await (const { path, type, link, size, content } of readTar(saved)) {
    if (path === 'manifest.json' && size <= documentLimit) {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(piece);
      manifest = Buffer.concat(pieces);
    } else if (type === '2' || type === '1') named.set(path, posix.join(posix.dirname(path), link));
    else if (type === '0' && size > 0) {
      const name = `lower/${String(named.size)}.tar`;
      named.set(path, name);
      yield { path: name, mode: 0o644, size, content };
    } else for await (const piece of content) void piece;
  }
  const rows = parseJson(manifest?.toString());
  const { Layers: layers } = asMap(Array.isArray(rows) ? rows[0] : undefined);
  return (Array.isArray(layers) ? layers : []).map((path) => {
    const target = named.get(String(path)) ?? '';
    return named.get(target) ?? target;
  });
}
