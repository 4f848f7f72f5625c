import { buffer } from 'node:stream/consumers';
import { DevenvError } from '../../errors/devenv-error.ts';
import { isOwnAddress } from '../../model/network/is-own-address.ts';
import type { Digest } from '../../model/version.ts';
import type { Proxies } from '../../model/network/proxies.ts';
import type { Cache } from '../../ports/cache.ts';
import type { Downloads, FeatureArchive, FeatureArchives } from '../../ports/packages.ts';
import type { Registry } from '../../ports/registry.ts';
import { HttpDownloads } from '../http/http-downloads.ts';
import { archiveLimit, RegistryArchives } from './registry-archives.ts';
import { RegistryTokens, type RegistryTokensOptions } from './registry-tokens.ts';

/** Opens archives of Features, by a name in a registry or by an address. */
export function openFeatureArchives(
  options: Omit<RegistryTokensOptions, 'proxies' | 'refuse'> & {
    readonly cache: Cache;
    readonly registry: Registry;
    readonly proxies: Proxies;
  },
): FeatureArchives {
  const { cache, registry, proxies, note } = options;
  const registries = new RegistryArchives({
    cache,
    registry,
    proxies,
    refuse,
    tokens: new RegistryTokens({ ...options, refuse, proxies: () => Promise.resolve(proxies) }),
  });
  const downloads = new HttpDownloads({ cache, proxies, note, limit: archiveLimit });
  return {
    fetch: (source, digest, signal) =>
      source.includes('://') ? download(downloads, source, digest, signal) : registries.fetch(source, digest, signal),
  };
}

/** A project can name any address, and must not reach services of this machine by it. */
const refuse = (host: string): DevenvError | undefined =>
  isOwnAddress(host)
    ? new DevenvError(
        'FEATURE_INVALID',
        `A Feature leads to ${host}, this machine itself, from which nothing is fetched.`,
        {
          hint: 'Name another registry in devenv.yaml, or put the Feature into a folder of the project.',
        },
      )
    : undefined;

async function download(
  downloads: Downloads,
  url: string,
  digest: Digest | undefined,
  signal?: AbortSignal,
): Promise<FeatureArchive> {
  const file = await downloads.fetch(url, digest?.slice('sha256:'.length), signal);
  return { digest: `sha256:${file.sha256}`, bytes: await buffer(file) };
}
