import { createHash } from 'node:crypto';
import { writeTar, type TarEntry } from '../../src/model/tar/tar.ts';
import type { LabRegistry } from '../lab/registry.ts';

/** Files of a Feature: path → text, or an object for JSON. */
export type FeatureSource = Readonly<Record<string, string | object>>;

/** The tar that an author publishes. */
export async function packFeature(files: FeatureSource): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, value]): TarEntry => {
    const content = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
    return { path: `./${path}`, mode: 0o644, size: content.byteLength, content: [content] };
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Publishes a Feature as its authors do: an archive, and a manifest under a tag. Returns the digest of the manifest. */
export async function publishFeature(registry: LabRegistry, name: string, files: FeatureSource): Promise<string> {
  const [repository = '', tag = 'latest'] = name.split(':');
  const config = await putBlob(registry, repository, Buffer.from('{}'));
  const layer = await putBlob(registry, repository, await packFeature(files));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: manifestType,
    config: { mediaType: 'application/vnd.devcontainers', ...config },
    layers: [{ mediaType: 'application/vnd.devcontainers.layer.v1+tar', ...layer }],
  });
  await send(registry, `/v2/${repository}/manifests/${tag}`, 'PUT', manifest, { 'content-type': manifestType });
  return digestOf(manifest);
}

const manifestType = 'application/vnd.oci.image.manifest.v1+json';

const digestOf = (bytes: Uint8Array | string): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function putBlob(
  registry: LabRegistry,
  repository: string,
  bytes: Buffer,
): Promise<{ digest: string; size: number }> {
  const started = await send(registry, `/v2/${repository}/blobs/uploads/`, 'POST');
  const place = new URL(started.headers.get('location') ?? '', `http://${registry.host}`);
  place.searchParams.set('digest', digestOf(bytes));
  await send(registry, place.pathname + place.search, 'PUT', bytes, { 'content-type': 'application/octet-stream' });
  return { digest: digestOf(bytes), size: bytes.byteLength };
}

async function send(
  { host, username, password }: LabRegistry,
  path: string,
  method: string,
  body?: Buffer | string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const answer = await fetch(`http://${host}${path}`, {
    method,
    headers: { ...headers, authorization },
    ...(body !== undefined && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${String(answer.status)} ${await answer.text()}`);
  return answer;
}
