import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CachedFile, MeasuredCache } from '../../ports/cache.ts';
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
export class FileCache implements MeasuredCache {
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

  async weigh(age: number): Promise<{ readonly count: number; readonly size: number }> {
    const files = (await this.#list()).filter(({ made }) => Date.now() - made >= age);
    return { count: files.length, size: files.reduce((sum, { size }) => sum + size, 0) };
  }

  async removeOlder(age: number): Promise<void> {
    for (const { path, made } of await this.#list()) {
      if (Date.now() - made < age) continue;
      // In this order, a kill leaves no digest without its file.
      await rm(path, { force: true });
      await rm(`${path}.sha256`, { force: true });
    }
  }

  /** The files that have their digest beside them. */
  async #list(): Promise<readonly { readonly path: string; readonly size: number; readonly made: number }[]> {
    const names = await readdir(this.#folder, { recursive: true }).catch(() => []);
    const found = names.filter((name) => name.endsWith('.sha256')).map((name) => name.slice(0, -'.sha256'.length));
    const files = found.map(async (name) => {
      const path = join(this.#folder, name);
      const entry = await lstat(path).catch(() => undefined);
      return entry?.isFile() === true ? [{ path, size: entry.size, made: entry.mtimeMs }] : [];
    });
    return (await Promise.all(files)).flat();
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
