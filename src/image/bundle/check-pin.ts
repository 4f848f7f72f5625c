import type { Image } from '../../model/image.ts';
import { asMap, type Keys } from '../../model/json.ts';
import { isDigest, type Digest } from '../../model/version.ts';

/**
 * Follows the digest in devenv-lock.yaml, by the registry's own documents, to the config of an image: so a bundle cannot
 * bring another image than the lock names. Throws `refuse` if it leads elsewhere.
 */
export async function checkPin(
  pin: Digest,
  config: Digest,
  image: Image,
  readDocument: (digest: Digest) => Promise<Keys>,
  refuse: (why: string) => Error,
): Promise<void> {
  let manifest = await readDocument(pin);
  const platform = findPlatform(manifest, image);
  if (platform !== undefined) manifest = await readDocument(platform);
  if (asMap(manifest['config'])['digest'] !== config) throw refuse(`its image for ${pin} is another one`);
}

/** The manifest for the platform of an image in an index; undefined if this is no index, or has none. */
export function findPlatform(
  index: Keys,
  { os, architecture }: Pick<Image, 'os' | 'architecture'>,
): Digest | undefined {
  const { manifests } = index;
  for (const one of Array.isArray(manifests) ? manifests.map(asMap) : []) {
    const platform = asMap(one['platform']);
    const digest = one['digest'];
    if (platform['os'] === os && platform['architecture'] === architecture && isDigest(digest)) return digest;
  }
  return undefined;
}
