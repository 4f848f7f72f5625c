import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { DevenvError } from '../../errors/devenv-error.ts';
import { asMap, parseJson } from '../../model/json.ts';
import { noProxies, type Proxies } from '../../model/network/proxies.ts';
import { isDigest, type Digest } from '../../model/version.ts';
import type { Cache } from '../../ports/cache.ts';
import type { FeatureArchive } from '../../ports/packages.ts';
import type { Registry } from '../../ports/registry.ts';
import { downloadBytes } from '../http/download.ts';
import { defaultPatience } from '../http/fetch-patiently.ts';
import { serverOf } from './docker-registry-auth.ts';
import { hashBytes } from './hash-bytes.ts';
import type { RegistryAnswer, RegistryRequest } from './registry-request.ts';
import type { OpenRegistry, RegistryTokens } from './registry-tokens.ts';

interface RegistryArchivesOptions {
  readonly tokens: RegistryTokens;
  readonly registry: Registry;
  readonly cache: Cache;
  /** Absent: none. */
  readonly proxies?: Proxies;
  /** As in `RegistryRequest`: for what a registry redirects to. */
  readonly refuse: RegistryRequest['refuse'];
}

/** Bytes of an archive. */
export const archiveLimit = 64 * 1024 ** 2;
/** Milliseconds for an archive. */
const timeout = 10 * 60_000;

const types = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.devcontainers',
  layer: 'application/vnd.devcontainers.layer.v1+tar',
};

/** Dev Container Features of registries: a manifest with one archive. */
export class RegistryArchives {
  readonly #options: RegistryArchivesOptions;

  constructor(options: RegistryArchivesOptions) {
    this.#options = options;
  }

  async fetch(source: string, digest: Digest | undefined, signal?: AbortSignal): Promise<FeatureArchive> {
    const { cache, tokens, registry } = this.#options;
    const cached = digest && (await this.#readCached(digest));
    if (cached !== undefined) return cached;
    const { repository, reference } = split(source);
    const login = await registry.findAuth(source);
    const opened = await tokens.open(serverOf(source), login, { repository, actions: 'pull', signal });
    const manifest = await opened.send(`/v2/${repository}/manifests/${digest ?? reference}`, {
      accept: types.manifest,
    });
    refuseStatus(source, manifest);
    const found = hashBytes(manifest.bytes);
    const named = digest ?? (reference.startsWith('sha256:') ? (reference as Digest) : found);
    if (found !== named) throw mismatch(source, named, found);
    const layer = readManifest(source, manifest.bytes);
    const bytes = await this.#fetchBlob(source, opened, `/v2/${repository}/blobs/${layer}`, signal);
    if (hashBytes(bytes) !== layer) throw mismatch(source, layer, hashBytes(bytes));
    await cache.put(nameOf(found), (path) => writeFile(path, bytes));
    return { digest: found, bytes };
  }

  async #readCached(digest: Digest): Promise<FeatureArchive | undefined> {
    const file = await this.#options.cache.find(nameOf(digest));
    if (file === undefined || file.size > archiveLimit) return undefined;
    const bytes = await buffer(file.read());
    return hashBytes(bytes) === file.digest ? { digest, bytes } : undefined;
  }

  /** Registries may keep blobs elsewhere; nothing of the login goes there. */
  async #fetchBlob(source: string, registry: OpenRegistry, path: string, signal?: AbortSignal): Promise<Uint8Array> {
    const answer = await registry.send(path, { accept: '*/*', limit: archiveLimit, timeout });
    const { location } = answer.headers;
    if (location === undefined || answer.status < 300 || answer.status > 399) {
      refuseStatus(source, answer);
      return answer.bytes;
    }
    const url = URL.canParse(location, registry.url.href) ? new URL(location, registry.url) : undefined;
    if (
      url === undefined ||
      !(url.protocol === 'https:' || (url.protocol === 'http:' && registry.url.protocol === 'http:'))
    )
      throw new DevenvError('REGISTRY_UNREACHABLE', `The registry of ${source} redirects to no safe address.`);
    const bytes = await downloadBytes(url.href, {
      ...{ accept: '*/*', limit: archiveLimit, patience: defaultPatience, note: undefined, signal },
      proxies: this.#options.proxies ?? noProxies,
      failure: { code: 'REGISTRY_UNREACHABLE', denied: 'REGISTRY_DENIED' },
      refuse: this.#options.refuse,
    });
    if (bytes === undefined) throw missing(source);
    return bytes;
  }
}

const nameOf = (digest: Digest): string => `features/${digest.slice('sha256:'.length)}`;

/** Splits `ghcr.io/owner/features/go:1` or `…@sha256:…`, which the schema of devenv.yaml has validated. */
function split(source: string): { readonly repository: string; readonly reference: string } {
  const [, repository = '', tag = 'latest', digest = tag] =
    /^[^/]+\/([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(source) ?? [];
  return { repository, reference: digest };
}

/** The digest of the archive. */
function readManifest(source: string, bytes: Uint8Array): Digest {
  const { config, layers } = asMap(parseJson(Buffer.from(bytes).toString('utf8')));
  const layer = (Array.isArray(layers) ? layers : []).map(asMap).find(({ mediaType }) => mediaType === types.layer);
  const digest = layer?.['digest'];
  if (asMap(config)['mediaType'] !== types.config || layer === undefined || !isDigest(digest))
    throw invalid(source, 'the registry has something else than a Dev Container Feature under this name');
  if (typeof layer['size'] === 'number' && layer['size'] > archiveLimit)
    throw invalid(source, `its archive is larger than ${String(archiveLimit / 1024 ** 2)} MB`);
  return digest;
}

function refuseStatus(source: string, { status }: RegistryAnswer): void {
  if (status >= 200 && status <= 299) return;
  if (status === 404) throw missing(source);
  if (status === 401 || status === 403)
    throw new DevenvError(
      'REGISTRY_DENIED',
      `The registry does not give the Feature ${source} without another login.`,
      {
        hint: 'Check its name. If it is not public, log in with `docker login` and run the same command again.',
      },
    );
  throw new DevenvError('REGISTRY_UNREACHABLE', `The registry answered with status ${String(status)} for ${source}.`);
}

const missing = (source: string): DevenvError =>
  invalid(source, 'its registry has no Feature of this name and version');

const invalid = (source: string, why: string): DevenvError =>
  new DevenvError('FEATURE_INVALID', `The Feature ${source} cannot be fetched: ${why}.`, {
    hint: 'Correct its name and version in devenv.yaml.',
    state: 'Nothing was built.',
  });

const mismatch = (source: string, expected: string, actual: string): DevenvError =>
  new DevenvError(
    'CONTENT_MISMATCH',
    `The Feature ${source} has the content ${actual}, but ${expected} was expected.`,
    {
      state: 'Nothing of the Feature was used, and nothing was recorded.',
      data: { feature: source, expected, actual },
    },
  );
