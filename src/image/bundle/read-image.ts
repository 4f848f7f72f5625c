import type { BundleImage, BundleLayer, BundleRole } from '../../model/bundle.ts';
import { asMap, type Keys } from '../../model/json.ts';
import { isDigest } from '../../model/version.ts';
import type { BundleDocuments } from './bundle-documents.ts';
import { annotations, blobPath, mediaTypes, parseNumber } from './bundle-format.ts';
import { checkPin } from './check-pin.ts';

/**
 * Reads an image by its descriptor in the index. `isAbove`: layers of versions may be left out. Throws `refuse` unless
 * manifest, config and layers belong together.
 */
export async function readImage(
  documents: BundleDocuments,
  descriptor: Keys,
  isAbove: boolean,
  refuse: (why: string) => Error,
): Promise<BundleImage> {
  const manifest = descriptor['digest'];
  if (!isDigest(manifest)) throw refuse('an image has no digest');
  const role = readRole(asMap(descriptor['annotations']));
  if (role === undefined) throw refuse('it does not say what an image is for');
  const { mediaType, config: configDescriptor, layers: listed } = await documents.readDocument(manifest);
  if (mediaType !== mediaTypes.manifest || descriptor['mediaType'] !== mediaTypes.manifest)
    throw refuse('an image has a manifest of an unknown type');
  const config = asMap(configDescriptor)['digest'];
  if (!isDigest(config)) throw refuse('an image has no config');
  const image = await documents.readImageConfig(config);
  if (image === undefined) throw refuse('the config of an image is not valid');
  if (!Array.isArray(listed) || listed.length !== image.diffIds.length)
    throw refuse('an image has other layers than its config says');
  const layers = listed.map((layer) => readLayer(documents, asMap(layer), refuse));
  if (layers.some(({ here }) => !here) && (role.kind !== 'version' || !isAbove)) throw refuse('a layer is missing');
  if ('pin' in role && role.pin !== undefined)
    await checkPin(role.pin, config, image, (digest) => documents.readDocument(digest), refuse);
  const size = layers.reduce((sum, layer) => sum + (layer.here ? layer.size : 0), 0);
  return { role, manifest, config, image: { ...image, size }, layers };
}

function readLayer(
  documents: BundleDocuments,
  { mediaType, digest, size }: Keys,
  refuse: (why: string) => Error,
): BundleLayer {
  if (!isDigest(digest)) throw refuse('a layer has no digest');
  if (mediaType !== mediaTypes.tar && mediaType !== mediaTypes.gzip) throw refuse('a layer has an unknown type');
  const entry = documents.find(blobPath(digest));
  if (entry !== undefined && entry.size !== size) throw refuse(`${blobPath(digest)} does not have its size`);
  return { digest, size: Number(size), compressed: mediaType === mediaTypes.gzip, here: entry !== undefined };
}

function readRole(told: Keys): BundleRole | undefined {
  const number = parseNumber(told[annotations.version]);
  if (number !== undefined) return { kind: 'version', number };
  const pin = told[annotations.pin];
  const pinned = isDigest(pin) ? { pin } : {};
  if (told[annotations.seed] !== undefined) return isDigest(pin) ? { kind: 'seed', pin } : undefined;
  const [name, image] = [told[annotations.service], told[annotations.image]];
  if (typeof name !== 'string' || typeof image !== 'string') return undefined;
  return { kind: 'service', name, image, ...pinned };
}
