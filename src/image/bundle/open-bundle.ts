import type { BundleImage, BundleIndex } from '../../model/bundle.ts';
import { asMap, type Keys } from '../../model/json.ts';
import { isDigest, type Digest } from '../../model/version.ts';
import type { LargeFile } from '../../ports/large-files.ts';
import { BundleDocuments } from './bundle-documents.ts';
import { annotations, bundleFormat, parseNumber, refuseBundle } from './bundle-format.ts';
import type { BundleEntry } from './list-entries.ts';
import { readImage } from './read-image.ts';

/** A bundle whose documents are checked: each has its digest, and names only what is in the file. */
export interface Bundle extends BundleIndex {
  readonly file: LargeFile;
  /** For messages. */
  readonly name: string;
  readonly blobs: ReadonlyMap<Digest, BundleEntry>;
  readonly lockText: string;
  readonly environmentText: string;
}

type Refuse = (why: string, hint?: string) => Error;

const mostImages = 1_000;

/** Reads the documents of a bundle, and no layer. Throws BUNDLE_INVALID. */
export async function openBundle(file: LargeFile, name: string): Promise<Bundle> {
  const refuse: Refuse = (why, hint) => refuseBundle(name, why, hint);
  const documents = await BundleDocuments.open(file, refuse);
  const { told, manifests } = await readIndex(documents, refuse);
  const above = parseNumber(told[annotations.above]);
  const project = told[annotations.project];
  const [lock, environment] = [told[annotations.lock], told[annotations.environment]];
  if (typeof project !== 'string' || !isDigest(lock) || !isDigest(environment))
    throw refuse('it does not say which project it is of');
  const images: BundleImage[] = [];
  for (const descriptor of manifests)
    images.push(await readImage(documents, asMap(descriptor), above !== undefined, refuse));
  const lockText = (await documents.readBlob(lock)).toString('utf8');
  const environmentText = (await documents.readBlob(environment)).toString('utf8');
  // For other tools; nothing of it is read.
  documents.find('manifest.json');
  return {
    ...{ file, name, project, lock, environment, images, lockText, environmentText },
    blobs: documents.listBlobs(),
    ...(above !== undefined && { above }),
  };
}

/** The annotations of the index, and what it lists. */
async function readIndex(
  documents: BundleDocuments,
  refuse: Refuse,
): Promise<{ readonly told: Keys; readonly manifests: readonly unknown[] }> {
  const layout = await documents.readNamed('oci-layout');
  if (layout['imageLayoutVersion'] !== '1.0.0') throw refuse('it is not an OCI image layout of version 1.0.0');
  const { annotations: written, manifests } = await documents.readNamed('index.json');
  const told = asMap(written);
  const format = told[annotations.format];
  if (typeof format !== 'string') throw refuse('it was not made by `devenv bundle export`');
  if (format !== bundleFormat)
    throw refuse(
      `its format is ${JSON.stringify(format.slice(0, 20))}, and this devenv reads ${bundleFormat}`,
      'Update devenv.',
    );
  if (!Array.isArray(manifests) || manifests.length === 0 || manifests.length > mostImages)
    throw refuse('its index lists no images, or too many');
  return { told, manifests };
}
