import type { BundleImage, BundleIndex, BundleLayer, BundleRole } from '../../model/bundle.ts';
import { asMap, parseJson, type Keys } from '../../model/json.ts';
import type { Digest } from '../../model/version.ts';
import type { LargeFile } from '../../ports/large-files.ts';
import {
  annotations,
  blobPath,
  bundleFormat,
  digestOfBytes,
  documentLimit,
  mediaTypes,
  refuseBundle,
} from './bundle-format.ts';
import { checkPin } from './check-pin.ts';
import { listEntries, type BundleEntry } from './list-entries.ts';
import { readConfig } from './read-config.ts';

/** A bundle whose documents are checked: each has its digest, and names only what is in the file. */
export interface Bundle extends BundleIndex {
  readonly file: LargeFile;
  /** For messages. */
  readonly name: string;
  readonly blobs: ReadonlyMap<Digest, BundleEntry>;
  readonly lockText: string;
  readonly environmentText: string;
}

const mostImages = 1_000;
/** Bytes of all documents: they are held in memory. */
const mostDocuments = 32 * 1024 ** 2;

/** Reads the documents of a bundle, and no layer. Throws BUNDLE_INVALID. */
export async function openBundle(file: LargeFile, name: string): Promise<Bundle> {
  const refuse = (why: string, hint?: string): Error => refuseBundle(name, why, hint);
  const entries = await listEntries(file, refuse);
  const used = new Set<string>();
  let total = 0;
  const readEntry = async (path: string): Promise<Buffer> => {
    const entry = entries.get(path);
    if (entry === undefined) throw refuse(`it has no ${path}`);
    if (entry.size > documentLimit) throw refuse(`${path} is larger than ${String(documentLimit / 1024 ** 2)} MB`);
    if ((total += entry.size) > mostDocuments)
      throw refuse(`its documents are larger than ${String(mostDocuments / 1024 ** 2)} MB`);
    used.add(path);
    return file.read(entry.position, entry.size);
  };
  const readBlob = async (digest: Digest): Promise<Buffer> => {
    const bytes = await readEntry(blobPath(digest));
    if (digestOfBytes(bytes) !== digest) throw refuse(`${blobPath(digest)} does not have its digest`);
    return bytes;
  };
  // Images may share documents: each is read once.
  const readDocument = readOnce(async (digest): Promise<Keys> => asMap(parseJson((await readBlob(digest)).toString())));
  const readImageConfig = readOnce(async (digest) => readConfig(digest, await readDocument(digest)));

  const layout = asMap(parseJson((await readEntry('oci-layout')).toString()));
  if (layout['imageLayoutVersion'] !== '1.0.0') throw refuse('it is no OCI image layout of version 1.0.0');
  const index = asMap(parseJson((await readEntry('index.json')).toString()));
  const told = asMap(index['annotations']);
  const format = told[annotations.format];
  if (typeof format !== 'string') throw refuse('it was not made by `devenv bundle export`');
  if (format !== bundleFormat)
    throw refuse(
      `its format is ${JSON.stringify(format.slice(0, 20))}, and this devenv reads ${bundleFormat}`,
      'Update devenv.',
    );
  const listed = index['manifests'];
  if (!Array.isArray(listed) || listed.length === 0 || listed.length > mostImages)
    throw refuse('its index lists no images, or too many');

  const readImage = async (descriptor: Keys): Promise<BundleImage> => {
    const manifest = takeDigest(descriptor['digest']) ?? fail(refuse, 'an image has no digest');
    const role = readRole(asMap(descriptor['annotations'])) ?? fail(refuse, 'it does not say what an image is for');
    const { mediaType, config, layers } = await readDocument(manifest);
    if (mediaType !== mediaTypes.manifest || descriptor['mediaType'] !== mediaTypes.manifest)
      throw refuse('an image has a manifest of an unknown type');
    const own = takeDigest(asMap(config)['digest']) ?? fail(refuse, 'an image has no config');
    const image = (await readImageConfig(own)) ?? fail(refuse, 'the config of an image is not valid');
    if (!Array.isArray(layers) || layers.length !== image.diffIds.length)
      throw refuse('an image has other layers than its config says');
    const read = layers.map((layer): BundleLayer => {
      const { mediaType: type, digest: written, size } = asMap(layer);
      const digest = takeDigest(written) ?? fail(refuse, 'a layer has no digest');
      if (type !== mediaTypes.tar && type !== mediaTypes.gzip) throw refuse('a layer has an unknown type');
      const entry = entries.get(blobPath(digest));
      if (entry !== undefined && entry.size !== size) throw refuse(`${blobPath(digest)} does not have its size`);
      if (entry !== undefined) used.add(blobPath(digest));
      return { digest, size: Number(size), compressed: type === mediaTypes.gzip, here: entry !== undefined };
    });
    if (read.some(({ here }) => !here) && (role.kind !== 'version' || above === undefined))
      throw refuse('a layer is missing');
    if ('pin' in role && role.pin !== undefined) await checkPin(role.pin, own, image, readDocument, refuse);
    const bytes = read.reduce((sum, layer) => sum + (layer.here ? layer.size : 0), 0);
    return { role, manifest, config: own, image: { ...image, size: bytes }, layers: read };
  };

  const above = told[annotations.above] === undefined ? undefined : takeNumber(told[annotations.above]);
  const project = told[annotations.project];
  const [lock, environment] = [takeDigest(told[annotations.lock]), takeDigest(told[annotations.environment])];
  if (typeof project !== 'string' || lock === undefined || environment === undefined)
    throw refuse('it does not say which project it is of');
  const images: BundleImage[] = [];
  for (const descriptor of listed) images.push(await readImage(asMap(descriptor)));
  const lockText = (await readBlob(lock)).toString('utf8');
  const environmentText = (await readBlob(environment)).toString('utf8');
  if (entries.has('manifest.json')) used.add('manifest.json');
  for (const path of entries.keys()) if (!used.has(path)) throw refuse(`nothing in it names ${path}`);
  const blobs = new Map(
    [...entries].flatMap(([path, entry]) =>
      path.startsWith('blobs/') ? [[`sha256:${path.slice('blobs/sha256/'.length)}` as const, entry]] : [],
    ),
  );
  return {
    ...{ file, name, blobs, project, lock, environment, images, lockText, environmentText },
    ...(above !== undefined && { above }),
  };
}

function readOnce<T>(read: (digest: Digest) => Promise<T>): (digest: Digest) => Promise<T> {
  const known = new Map<Digest, Promise<T>>();
  return (digest) => {
    const found = known.get(digest) ?? read(digest);
    known.set(digest, found);
    return found;
  };
}

function fail(refuse: (why: string) => Error, why: string): never {
  throw refuse(why);
}

const takeDigest = (value: unknown): Digest | undefined =>
  typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value) ? (value as Digest) : undefined;

const takeNumber = (value: unknown): number | undefined =>
  typeof value === 'string' && /^[1-9]\d{0,8}$/.test(value) ? Number(value) : undefined;

function readRole(told: Keys): BundleRole | undefined {
  const number = takeNumber(told[annotations.version]);
  if (number !== undefined) return { kind: 'version', number };
  const pin = takeDigest(told[annotations.pin]);
  if (told[annotations.seed] !== undefined) return pin && { kind: 'seed', pin };
  const [name, image] = [told[annotations.service], told[annotations.image]];
  if (typeof name !== 'string' || typeof image !== 'string') return undefined;
  return { kind: 'service', name, image, ...(pin !== undefined && { pin }) };
}
