import { createHash } from 'node:crypto';
import { DevenvError } from '../../errors/devenv-error.ts';
import { isOwnAddress } from '../../model/network/is-own-address.ts';
import { noProxies, type Proxies } from '../../model/network/proxies.ts';
import type { Cache, CachedFile } from '../../ports/cache.ts';
import type { Download, Downloads } from '../../ports/packages.ts';
import { downloadFile } from './download.ts';
import { defaultPatience, type Patience } from './fetch-patiently.ts';

export interface HttpDownloadsOptions {
  readonly cache: Cache;
  readonly proxies?: Proxies;
  readonly patience?: Patience;
  /** Milliseconds for a whole file. */
  readonly timeout?: number;
  /** Bytes of a file. */
  readonly limit?: number;
  /** Addresses that nothing is fetched from. */
  readonly refuses?: (address: string) => boolean;
  /** Tells the person that the server asks to wait. */
  readonly note?: (line: string) => void;
}

/** Downloads without any login, kept in the person's cache by their address. */
export class HttpDownloads implements Downloads {
  readonly #options: Required<Omit<HttpDownloadsOptions, 'note'>> & Pick<HttpDownloadsOptions, 'note'>;

  constructor(options: HttpDownloadsOptions) {
    this.#options = {
      proxies: noProxies,
      patience: defaultPatience,
      timeout: 60 * 60_000,
      limit: 4 * 1024 ** 3,
      refuses: isOwnAddress,
      ...options,
    };
  }

  async fetch(url: string, sha256: string | undefined, signal?: AbortSignal): Promise<Download> {
    const { cache } = this.#options;
    const name = `downloads/${createHash('sha256').update(url).digest('hex')}`;
    const cached = sha256 === undefined ? undefined : await cache.find(name);
    if (cached !== undefined && cached.digest === `sha256:${sha256 ?? ''}`) return openChecked(url, cached);
    return openChecked(url, await cache.put(name, (path) => this.#download(url, path, sha256, signal)));
  }

  /** Writes the file to a path, if it has the content. */
  async #download(url: string, path: string, sha256: string | undefined, signal?: AbortSignal): Promise<void> {
    if (!URL.canParse(url)) throw new DevenvError('CONFIG_INVALID', `${url} is no address.`, { hint: correct });
    const late = AbortSignal.timeout(this.#options.timeout);
    const hash = await downloadFile(url, path, 'sha256', {
      ...{ accept: '*/*', limit: this.#options.limit, patience: this.#options.patience, note: this.#options.note },
      failure: { code: 'DOWNLOAD_FAILED', denied: 'DOWNLOAD_FAILED' },
      proxies: this.#options.proxies,
      signal: signal === undefined ? late : AbortSignal.any([late, signal]),
      refuse: (host) => this.#refuse(url, host),
    }).catch((error: unknown) => {
      if (!late.aborted || signal?.aborted === true) throw error;
      throw new DevenvError('DOWNLOAD_FAILED', `${url} took too long to download.`, { cause: error });
    });
    if (hash === undefined) throw new DevenvError('DOWNLOAD_FAILED', `There is no file at ${url}.`, { hint: correct });
    const actual = hash.digest('hex');
    if (sha256 !== undefined && actual !== sha256) throw mismatch(url, sha256, actual);
  }

  #refuse(url: string, host: string): DevenvError | undefined {
    if (!this.#options.refuses(host)) return undefined;
    return new DevenvError('CONFIG_INVALID', `${url} leads to this machine itself, from which nothing is downloaded.`, {
      hint: 'Put the file into the project and declare it in `files`, or name another address in devenv.yaml.',
    });
  }
}

const correct = 'Correct its url in devenv.yaml.';

function mismatch(url: string, expected: string, actual: string): DevenvError {
  return new DevenvError(
    'CONTENT_MISMATCH',
    `The file at ${url} changed: its sha256 is ${actual}, but ${expected} was expected.`,
    {
      hint: 'If the new file is right, correct sha256 in devenv.yaml, or take it with `devenv build --update` if only devenv-lock.yaml has the old one.',
      state: 'Nothing of the file was used, and nothing was recorded.',
      data: { url, expected, actual },
    },
  );
}

/** The content is checked once more while it is read: the cache is a folder that others may write. */
function openChecked(url: string, file: CachedFile): Download {
  const sha256 = file.digest.slice('sha256:'.length);
  return {
    sha256,
    size: file.size,
    async *[Symbol.asyncIterator]() {
      const hash = createHash('sha256');
      for await (const chunk of file.read()) {
        hash.update(chunk);
        yield chunk;
      }
      const actual = hash.digest('hex');
      if (actual !== sha256) throw mismatch(url, sha256, actual);
    },
  };
}
