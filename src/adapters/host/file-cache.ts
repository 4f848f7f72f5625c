import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Cache, CachedFile } from '../../ports/cache.ts';
import type { Progress } from '../../ports/progress.ts';
import { explainWriteError } from './explain-write-error.ts';
import { failpoint } from './failpoint.ts';
import { makeFolders } from './make-folders.ts';
import { findCacheFolder } from './xdg.ts';

interface FileCacheOptions {
  readonly progress?: Pick<Progress, 'note'>;
  readonly signal?: AbortSignal;
}

/** Milliseconds: a base takes half an hour at most. */
const longestWait = 45 * 60_000;

/** Cache in the user's cache folder. A file without its digest beside it does not count. */
export class FileCache implements Cache {
  readonly #folder: string;
  readonly #options: FileCacheOptions;
  readonly #making = new Map<string, Promise<unknown>>();

  constructor(folder = findCacheFolder(), options: FileCacheOptions = {}) {
    this.#folder = folder;
    this.#options = options;
  }

  async find(name: string): Promise<CachedFile | undefined> {
    const path = join(this.#folder, name);
    const digest = (await readFile(`${path}.sha256`, 'utf8').catch(() => '')).trim();
    const entry = await stat(path).catch(() => undefined);
    if (!isDigest(digest) || entry?.isFile() !== true) return undefined;
    return { path, size: entry.size, made: entry.mtimeMs, digest, read: () => createReadStream(path, chunks) };
  }

  async alone<T>(name: string, work: () => Promise<T>, resource = name): Promise<T> {
    const { progress = { note: () => undefined }, signal } = this.#options;
    const { FileProjectLock } = await import('./file-project-lock.ts');
    const folder = join(this.#folder, name);
    try {
      makeFolders(folder);
    } catch (error) {
      throw await explainWriteError(folder, error);
    }
    const lock = new FileProjectLock({
      ...{ progress, folder: join(this.#folder, 'locks'), resource, timeout: longestWait },
      ...(signal && { signal }),
    });
    return lock.hold(folder, process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '', work);
  }

  /** Files of one name are made one after the other: two downloads of a build may have the same address. */
  put(name: string, make: (path: string) => Promise<void>): Promise<CachedFile> {
    const made = (this.#making.get(name) ?? Promise.resolve()).then(() => this.#make(name, make));
    // The next one begins whether this one succeeds or not.
    this.#making.set(name, Promise.allSettled([made]));
    return made;
  }

  async #make(name: string, make: (path: string) => Promise<void>): Promise<CachedFile> {
    const path = join(this.#folder, name);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      makeFolders(dirname(path));
    } catch (error) {
      throw await explainWriteError(path, error);
    }
    try {
      await make(temporary);
      await failpoint('cache.put');
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(temporary, chunks)) hash.update(chunk as Buffer);
      const file = await open(temporary);
      try {
        await file.sync();
      } finally {
        await file.close();
      }
      // In this order, a kill leaves no file with a wrong digest.
      await rm(`${path}.sha256`, { force: true });
      await rename(temporary, path);
      await writeFile(`${path}.sha256`, `sha256:${hash.digest('hex')}\n`);
    } catch (error) {
      await rm(temporary, { force: true });
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? await explainWriteError(path, error) : error;
    }
    const made = await this.find(name);
    if (made === undefined) throw await explainWriteError(path, new Error('it was removed while it was made'));
    return made;
  }
}

const chunks = { highWaterMark: 1 << 18 } as const;

const isDigest = (text: string): text is `sha256:${string}` => /^sha256:[0-9a-f]{64}$/.test(text);
