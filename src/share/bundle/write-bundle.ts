import { DevenvError } from '../../errors/devenv-error.ts';
import {
  annotations,
  blobPath,
  bundleFormat,
  digestOfBytes,
  layoutText,
  mediaTypes,
} from '../../image/bundle/bundle-format.ts';
import { readConfig } from '../../image/bundle/read-config.ts';
import { contentIdOf } from '../../lock/content-id.ts';
import { asMap, parseJson } from '../../model/json.ts';
import { tarHeader, tarPadding } from '../../model/tar/tar.ts';
import type { Digest } from '../../model/version.ts';
import type { PartFile } from '../../ports/large-files.ts';
import { BlobWriter } from './blob-writer.ts';
import type { CollectedImage } from './collect-images.ts';
import { checkProof } from './pin-proof.ts';
import { OtherContent, takeLayers, type Saved, type SavedLayer } from './take-layers.ts';

export interface BundleContent {
  readonly project: string;
  /** The version that the reader has to have, and the layers that it has: the bottom ones of every version. */
  readonly above?: { readonly number: number; readonly layers: readonly Digest[] };
  readonly images: readonly CollectedImage[];
  readonly lockText: string;
  readonly environmentText: string;
}

/**
 * Writes a bundle. `save`: the engine's archive of all images. What an earlier run wrote is kept, as long as the engine
 * gives the same. Returns the size of the file in bytes.
 */
export async function writeBundle(
  part: PartFile,
  content: BundleContent,
  save: () => AsyncIterable<Uint8Array>,
  done: (bytes: number) => void,
): Promise<number> {
  const layout = Buffer.from(layoutText);
  const start = Buffer.concat([
    ...tarHeader({ path: 'oci-layout', mode: 0o644, size: layout.length }),
    layout,
    tarPadding(layout.length),
  ]);
  const leaveOut = new Set(content.above?.layers);
  const take = async (resume: boolean): Promise<readonly [BlobWriter, Saved]> => {
    const writer = await BlobWriter.open(part, start.length, resume);
    await part.write(0, start);
    return [writer, await takeLayers(save(), writer, leaveOut, done)];
  };
  const [writer, saved] = await take(part.size > 0).catch((error: unknown) => {
    if (error instanceof OtherContent) return take(false);
    throw error;
  });
  await writeDocuments(writer, content, saved);
  return writer.finish();
}

interface FoundImage {
  readonly id: Digest;
  readonly bytes: Buffer;
  readonly layers: readonly SavedLayer[];
}

async function writeDocuments(writer: BlobWriter, content: BundleContent, saved: Saved): Promise<void> {
  const { above, images, project, lockText, environmentText } = content;
  const written = new Set<Digest>();
  const writeBlob = async (bytes: Uint8Array): Promise<Digest> => {
    const digest = digestOfBytes(bytes);
    if (!written.has(digest)) await writer.writeFile(blobPath(digest), bytes);
    written.add(digest);
    return digest;
  };
  const descriptors: object[] = [];
  const rows: object[] = [];
  for (const wanted of images) {
    const { id, bytes, layers } = findImage(wanted, saved);
    const { role, proof, name } = wanted;
    if (role.kind !== 'version' && role.pin !== undefined) await checkProof(role.pin, proof, name, id, bytes);
    await writeBlob(bytes);
    for (const document of proof) await writeBlob(document);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: mediaTypes.manifest,
        config: { mediaType: mediaTypes.config, digest: id, size: bytes.length },
        layers: layers.map(({ digest, size, compressed }) => ({
          mediaType: compressed ? mediaTypes.gzip : mediaTypes.tar,
          digest,
          size,
        })),
      }),
    );
    const { os, architecture } = wanted.image;
    descriptors.push({
      mediaType: mediaTypes.manifest,
      digest: await writeBlob(manifest),
      size: manifest.length,
      platform: { os, architecture },
      annotations: annotate(wanted),
    });
    rows.push({
      Config: blobPath(id),
      RepoTags: [name],
      Layers: layers.map(({ digest }) => blobPath(digest)),
    });
  }
  const index = {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: descriptors,
    annotations: {
      [annotations.format]: bundleFormat,
      [annotations.project]: project,
      ...(above !== undefined && { [annotations.above]: String(above.number) }),
      [annotations.lock]: await writeBlob(Buffer.from(lockText)),
      [annotations.environment]: await writeBlob(Buffer.from(environmentText)),
    },
  };
  await writer.writeFile('index.json', Buffer.from(JSON.stringify(index)));
  // For `docker load` and `podman load`, which take only whole images.
  if (above === undefined) await writer.writeFile('manifest.json', Buffer.from(JSON.stringify(rows)));
}

/** The image in the engine's archive that has the content of the one that is wanted. */
function findImage({ image, name }: CollectedImage, { documents, layers }: Saved): FoundImage {
  const rows = parseJson(documents.get('manifest.json')?.toString());
  const content = contentIdOf(image);
  for (const row of Array.isArray(rows) ? rows.map(asMap) : []) {
    const bytes = documents.get(String(row['Config']));
    if (bytes === undefined) continue;
    const id = digestOfBytes(bytes);
    const found = readConfig(id, parseJson(bytes.toString()));
    if (found === undefined || contentIdOf(found) !== content) continue;
    const paths = Array.isArray(row['Layers']) ? row['Layers'].map(String) : [];
    const own = paths.flatMap((path) => layers.get(path) ?? []);
    if (found.diffIds.every((diffId, index) => own[index]?.diffId === diffId)) return { id, bytes, layers: own };
  }
  throw new DevenvError('CONTENT_MISMATCH', `The engine gave other content for ${name} than it has.`, {
    hint: 'Run the same command again. If it fails again, pull or build the version again.',
  });
}

/** A name with its registry: the first part is one if it could be a host. */
function wholeName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  if (rest.length === 0) return `docker.io/library/${name}`;
  return /[.:]|^localhost$/.test(first) ? name : `docker.io/${name}`;
}

/** What the image is for, and the name that other tools show. */
function annotate({ role, name }: CollectedImage): Readonly<Record<string, string>> {
  const named = { [annotations.name]: name, [annotations.wholeName]: wholeName(name) };
  if (role.kind === 'version') return { ...named, [annotations.version]: String(role.number) };
  if (role.kind === 'seed') return { ...named, [annotations.seed]: '1', [annotations.pin]: role.pin };
  return {
    ...named,
    [annotations.service]: role.name,
    [annotations.image]: role.image,
    ...(role.pin !== undefined && { [annotations.pin]: role.pin }),
  };
}
