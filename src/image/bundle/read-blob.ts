import { createHash } from 'node:crypto';
import type { Digest } from '../../model/version.ts';
import { blobPath, refuseBundle } from './bundle-format.ts';
import type { Bundle } from './open-bundle.ts';

const chunk = 1024 * 1024;

/** The bytes of a blob. Throws BUNDLE_INVALID at its end if they do not have its digest. */
export async function* readBlob({ file, blobs, name }: Bundle, digest: Digest): AsyncGenerator<Buffer> {
  const entry = blobs.get(digest);
  if (entry === undefined) throw refuseBundle(name, `it has no ${blobPath(digest)}`);
  const hash = createHash('sha256');
  const { position, size } = entry;
  for (let at = 0; at < size;) {
    const bytes = await file.read(position + at, Math.min(chunk, size - at));
    if (bytes.length === 0) throw refuseBundle(name, 'it ends early');
    hash.update(bytes);
    at += bytes.length;
    yield bytes;
  }
  if (`sha256:${hash.digest('hex')}` !== digest)
    throw refuseBundle(name, `${blobPath(digest)} does not have its digest`);
}
