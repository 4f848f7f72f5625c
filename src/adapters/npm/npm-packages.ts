import { createHash } from 'node:crypto';
import { DevenvError } from '../../errors/devenv-error.ts';
import { noProxies, type Proxies } from '../../model/network/proxies.ts';
import type { Cache, CachedFile } from '../../ports/cache.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Packages, PackageVersion, Tarball } from '../../ports/packages.ts';
import { downloadBytes, downloadFile } from '../http/download.ts';
import { defaultPatience, type Failure, type Patience } from '../http/fetch-patiently.ts';

const metadataLimit = 64 * 1024 * 1024;
const tarballLimit = 1024 * 1024 * 1024;

const failure: Failure = {
  code: 'REGISTRY_UNREACHABLE',
  denied: 'REGISTRY_DENIED',
  deniedHint: 'Check `registry` and the login for it in ~/.npmrc.',
};

interface NpmPackagesOptions {
  /** Without a slash at the end. */
  readonly registry: string;
  /** The value of a header, for the registry alone. */
  readonly authorization?: string | undefined;
  readonly cache: Cache;
  readonly clock: Clock;
  readonly proxies?: Proxies;
  readonly patience?: Patience;
  /** Tells the person that the registry asks to wait. */
  readonly note?: (line: string) => void;
}

/** Packages of an npm registry. Tarballs come from the registry's own address and are kept only if their sha512 matches. */
export class NpmPackages implements Packages {
  readonly #options: NpmPackagesOptions;

  constructor(options: NpmPackagesOptions) {
    this.#options = options;
  }

  async resolve(name: string, request: string, signal?: AbortSignal): Promise<PackageVersion> {
    const integrities = await this.#fetchVersions(name, signal);
    const releases = sortReleases(integrities.keys());
    const version = chooseVersion(releases, request, new Date(this.#options.clock.now()));
    if (version === undefined) {
      throw new DevenvError('CONFIG_INVALID', `The npm registry has no ${name} that "${request}" would name.`, {
        hint: `Correct the version in devenv.yaml. The nearest is ${findNearest(releases, request) ?? 'not known'}.`,
      });
    }
    const integrity = integrities.get(version) ?? '';
    if (sha512Of(integrity) === undefined) {
      throw new DevenvError('CONTENT_MISMATCH', `The npm registry publishes no sha512 for ${name} ${version}.`, {
        hint: 'Ask for another version in devenv.yaml.',
      });
    }
    return { name, version, integrity };
  }

  async fetch(wanted: PackageVersion, signal?: AbortSignal): Promise<Tarball> {
    const { name, version, integrity } = wanted;
    const sha512 = sha512Of(integrity);
    if (sha512 === undefined) {
      throw new DevenvError('CONTENT_MISMATCH', `${name} ${version} has no sha512 to be checked against.`, {
        hint: 'Restore devenv-lock.yaml from git.',
      });
    }
    const { cache } = this.#options;
    const file = `npm/${Buffer.from(sha512, 'base64').toString('hex')}.tgz`;
    const cached = await cache.find(file);
    if (cached !== undefined && (await hashOf(cached.read())) === sha512) return open(cached);
    return open(await cache.put(file, (path) => this.#download(wanted, path, sha512, signal)));
  }

  async #download(
    { name, version }: PackageVersion,
    path: string,
    sha512: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const address = `${this.#options.registry}/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    const options = { ...this.#fetching(signal), accept: '*/*', limit: tarballLimit };
    const actual = (await downloadFile(address, path, 'sha512', options))?.digest('base64');
    if (actual === undefined) {
      const message = `The npm registry has no tarball of ${name} ${version}: ${address}.`;
      throw new DevenvError('REGISTRY_UNREACHABLE', message);
    }
    if (actual === sha512) return;
    const message = `${address} has the sha512 ${actual}, but ${sha512} was expected.`;
    throw new DevenvError('CONTENT_MISMATCH', message, {
      hint: 'The package was changed in the registry or on its way. Nothing of it was used.',
    });
  }

  /** Version → integrity. */
  async #fetchVersions(name: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const address = `${this.#options.registry}/${name.replace('/', '%2f')}`;
    const bytes = await downloadBytes(address, {
      ...{ ...this.#fetching(signal), accept: 'application/vnd.npm.install-v1+json' },
      ...{ compressed: true, limit: metadataLimit },
    });
    if (bytes === undefined)
      throw new DevenvError('CONFIG_INVALID', `The npm registry has no package ${name}.`, {
        hint: `Check the name, and the registry that npm_config_registry or .npmrc names: ${this.#options.registry}.`,
      });
    return parseVersions(address, bytes.toString('utf8'));
  }

  #fetching(signal: AbortSignal | undefined) {
    const { patience = defaultPatience, proxies = noProxies, authorization, note } = this.#options;
    return { patience, proxies, authorization, note, failure, signal };
  }
}

const open = (file: CachedFile): Tarball => ({
  size: file.size,
  [Symbol.asyncIterator]: () => file.read()[Symbol.asyncIterator](),
});

async function hashOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha512');
  for await (const chunk of content) hash.update(chunk);
  return hash.digest('base64');
}

function parseVersions(address: string, text: string): ReadonlyMap<string, string> {
  try {
    const { versions } = JSON.parse(text) as { versions: Record<string, { dist?: { integrity?: unknown } } | null> };
    return new Map(
      Object.entries(versions).map(([version, manifest]) => {
        const integrity = manifest?.dist?.integrity;
        return [version, typeof integrity === 'string' ? integrity : ''];
      }),
    );
  } catch {
    throw new DevenvError('REGISTRY_UNREACHABLE', `${address} did not answer as an npm registry does.`, {
      hint: 'Check `registry` in ~/.npmrc, and whether a proxy stands in between.',
    });
  }
}

/** The base64 part of `sha512-…`, if there is one. */
function sha512Of(integrity: string): string | undefined {
  return integrity
    .split(/\s+/)
    .map((entry) => /^sha512-([A-Za-z0-9+/]{86}==)$/.exec(entry)?.[1])
    .find((hash) => hash !== undefined);
}

/** Versions without pre-releases, in order. */
const sortReleases = (versions: Iterable<string>): readonly string[] =>
  [...versions].filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(byPrecedence);

/**
 * The newest release that a request names, if any. `lts` follows Node.js' release
 * schedule: even majors, and all from 27 on, become LTS at the end of October of
 * the year 2000 + major.
 */
function chooseVersion(releases: readonly string[], request: string, now: Date): string | undefined {
  if (request === 'latest') return releases.at(-1);
  if (request === 'lts') return releases.findLast((version) => isLongTerm(Number(version.split('.')[0]), now));
  return releases.findLast((version) => version === request || version.startsWith(`${request}.`));
}

/** The next newer release, else the newest. */
const findNearest = (releases: readonly string[], request: string): string | undefined =>
  releases.find((version) => byPrecedence(version, request) >= 0) ?? releases.at(-1);

function isLongTerm(major: number, now: Date): boolean {
  const planned = major % 2 === 0 || major >= 27;
  return planned && Date.UTC(2000 + major, 9, 28) <= now.getTime();
}

function byPrecedence(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  const index = left.findIndex((part, at) => part !== right[at]);
  return index === -1 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
}
