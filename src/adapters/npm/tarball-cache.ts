import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Tarball } from '../../ports/packages.ts';
import { makeFolders } from '../host/make-folders.ts';

/** Tarballs by their sha512, in a folder that may vanish. Entries are checked at each read. */
export class TarballCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The tarball, if its content matches. */
  async find(sha512: string): Promise<Tarball | undefined> {
    const path = this.#pathOf(sha512);
    try {
      const { size } = await stat(path);
      const hash = createHash('sha512');
      for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
      if (hash.digest('base64') !== sha512) return undefined;
      return { size, [Symbol.asyncIterator]: () => createReadStream(path)[Symbol.asyncIterator]() };
    } catch {
      return undefined;
    }
  }

  /** Opens a new entry, which `keep` makes visible. */
  async begin(sha512: string): Promise<Entry> {
    const path = this.#pathOf(sha512);
    try {
      makeFolders(dirname(path));
      const partial = `${path}.${randomBytes(6).toString('hex')}.part`;
      return new Entry(path, partial, await open(partial, 'wx'));
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  #pathOf(sha512: string): string {
    return join(this.#folder, 'npm', `${Buffer.from(sha512, 'base64').toString('hex')}.tgz`);
  }
}

class Entry {
  readonly #path: string;
  readonly #partial: string;
  readonly #handle: FileHandle;
  readonly #hash = createHash('sha512');

  constructor(path: string, partial: string, handle: FileHandle) {
    this.#path = path;
    this.#partial = partial;
    this.#handle = handle;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#hash.update(chunk);
    try {
      await this.#handle.writeFile(chunk);
    } catch (error) {
      throw unwritable(this.#path, error);
    }
  }

  /** Makes the entry visible if its content matches, and returns the hash that it has. */
  async keep(sha512: string): Promise<{ readonly kept: boolean; readonly actual: string }> {
    const actual = this.#hash.digest('base64');
    if (actual !== sha512) {
      await this.drop();
      return { kept: false, actual };
    }
    try {
      await this.#handle.sync();
      await this.#handle.close();
      await rename(this.#partial, this.#path);
    } catch (error) {
      await this.drop();
      throw unwritable(this.#path, error);
    }
    return { kept: true, actual };
  }

  async drop(): Promise<void> {
    await this.#handle.close().catch(() => undefined);
    await rm(this.#partial, { force: true });
  }
}

export type { Entry as CacheEntry };

function unwritable(path: string, cause: unknown): DevenvError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DevenvError('FILE_UNWRITABLE', `The cache ${dirname(path)} cannot be written: ${why}.`, {
    hint: 'Free space on its disk, or name another folder with XDG_CACHE_HOME.',
    cause,
  });
}
