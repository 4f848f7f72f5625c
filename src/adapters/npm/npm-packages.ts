import { DevenvError } from '../../errors/devenv-error.ts';
import { noProxies, type Proxies } from '../../model/network/proxies.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Packages, PackageVersion, Tarball } from '../../ports/packages.ts';
import { defaultPatience, fetchPatiently, type Failure, type Patience } from '../http/fetch-patiently.ts';
import { TarballCache, type CacheEntry } from './tarball-cache.ts';

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
  readonly cacheFolder: string;
  readonly clock: Clock;
  readonly proxies?: Proxies;
  readonly patience?: Patience;
  /** Tells the person that the registry asks to wait. */
  readonly note?: (line: string) => void;
}

/** Packages of an npm registry. Tarballs come from the registry's own address and are kept only if their sha512 matches. */
export class NpmPackages implements Packages {
  readonly #registry: string;
  readonly #cache: TarballCache;
  readonly #clock: Clock;
  readonly #way: { readonly patience: Patience; readonly proxies: Proxies; readonly authorization: string | undefined };
  readonly #note: ((line: string) => void) | undefined;

  constructor(options: NpmPackagesOptions) {
    const {
      registry,
      authorization,
      cacheFolder,
      clock,
      proxies = noProxies,
      patience = defaultPatience,
      note,
    } = options;
    this.#note = note;
    this.#registry = registry;
    this.#cache = new TarballCache(cacheFolder);
    this.#clock = clock;
    this.#way = { patience, proxies, authorization };
  }

  async resolve(name: string, request: string, signal?: AbortSignal): Promise<PackageVersion> {
    const integrities = await this.#fetchVersions(name, signal);
    const version = chooseVersion([...integrities.keys()], request, new Date(this.#clock.now()));
    if (version === undefined) {
      throw new DevenvError('CONFIG_INVALID', `The npm registry has no ${name} that "${request}" would name.`, {
        hint: `Correct the version in devenv.yaml. The nearest is ${findNearest([...integrities.keys()], request) ?? 'not known'}.`,
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
    const cached = await this.#cache.find(sha512);
    if (cached !== undefined) return cached;
    await this.#download(wanted, sha512, signal);
    const tarball = await this.#cache.find(sha512);
    if (tarball !== undefined) return tarball;
    throw new DevenvError(
      'FILE_UNREADABLE',
      `The tarball of ${name} ${version} is not in the cache after its download.`,
    );
  }

  async #download({ name, version }: PackageVersion, sha512: string, signal?: AbortSignal): Promise<void> {
    const address = `${this.#registry}/${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`;
    let entry: CacheEntry | undefined;
    let found = false;
    try {
      found = await fetchPatiently(address, {
        accept: '*/*',
        limit: tarballLimit,
        ...{ ...this.#way, failure },
        note: this.#note,
        signal,
        begin: async () => {
          await entry?.drop();
          entry = await this.#cache.begin(sha512);
        },
        receive: async (chunk) => entry?.write(chunk),
      });
    } finally {
      if (!found) await entry?.drop();
    }
    const result = found ? await entry?.keep(sha512) : undefined;
    if (result === undefined) {
      throw new DevenvError(
        'REGISTRY_UNREACHABLE',
        `The npm registry has no tarball of ${name} ${version}: ${address}.`,
      );
    }
    if (!result.kept) {
      throw new DevenvError(
        'CONTENT_MISMATCH',
        `${address} has the sha512 ${result.actual}, but ${sha512} was expected.`,
        { hint: 'The package was changed in the registry or on its way. Nothing of it was used.' },
      );
    }
  }

  /** Version → integrity. */
  async #fetchVersions(name: string, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const address = `${this.#registry}/${name.replace('/', '%2f')}`;
    let chunks: Uint8Array[] = [];
    const found = await fetchPatiently(address, {
      accept: 'application/vnd.npm.install-v1+json',
      compressed: true,
      limit: metadataLimit,
      ...{ ...this.#way, failure },
      note: this.#note,
      signal,
      begin: () => {
        chunks = [];
      },
      receive: (chunk) => {
        chunks.push(chunk);
      },
    });
    if (!found) throw new DevenvError('CONFIG_INVALID', `The npm registry has no package ${name}.`);
    return parseVersions(address, Buffer.concat(chunks).toString('utf8'));
  }
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

/**
 * The newest release that a request names, if any; never a pre-release. `lts`
 * follows Node.js' release schedule: even majors, and all from 27 on, become LTS
 * at the end of October of the year 2000 + major.
 */
function chooseVersion(versions: readonly string[], request: string, now: Date): string | undefined {
  const releases = versions.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(byPrecedence);
  if (request === 'latest') return releases.at(-1);
  if (request === 'lts') {
    return releases.findLast((version) => isLongTerm(Number(version.split('.')[0]), now));
  }
  return releases.findLast((version) => version === request || version.startsWith(`${request}.`));
}

/** The next newer release, else the newest. */
function findNearest(versions: readonly string[], request: string): string | undefined {
  const releases = versions.filter((version) => /^\d+\.\d+\.\d+$/.test(version)).sort(byPrecedence);
  return releases.find((version) => byPrecedence(version, request) >= 0) ?? releases.at(-1);
}

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
