import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { realpath, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LockOptions } from 'proper-lockfile';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Held, ProjectLock } from '../../ports/project-lock.ts';
import { explainWriteError } from './explain-write-error.ts';
import {
  describeHolder,
  isHolderDead,
  readLockRecord,
  type LockRecord,
  untouched,
  nameHolder,
  describeBusy,
  describeLoss,
} from './lock-record.ts';
import { makeFolders } from './make-folders.ts';
import { findStateFolder } from './xdg.ts';

interface FileProjectLockOptions {
  readonly progress: Pick<Progress, 'note'>;
  /** What the lock is for, as in "to finish with …". Default: this project. */
  readonly resource?: string;
  /** Default: `locks` in the state folder. */
  readonly folder?: string;
  /** Milliseconds to wait for another holder; default `TEAMVM_LOCK_TIMEOUT` seconds, else ten minutes. */
  readonly timeout?: number;
  /** Milliseconds after which a holder on another machine that renews nothing counts as dead. */
  readonly stale?: number;
  readonly signal?: AbortSignal;
}

type Release = () => Promise<void>;

/**
 * ProjectLock by proper-lockfile: a folder whose time the holder renews, and a
 * record of the holder beside it. A second lock around each attempt prevents
 * that two processes take over from the same dead holder.
 */
export class FileProjectLock implements ProjectLock {
  readonly #options: FileProjectLockOptions;
  readonly #holding = new Set<string>();

  constructor(options: FileProjectLockOptions) {
    this.#options = options;
  }

  async hold<T>(folder: string, command: string, work: (held: Held) => Promise<T>): Promise<T> {
    const locks = this.#folder();
    const path = await this.#locate(folder);
    if (this.#holding.has(path)) throw new DevenvError('INTERNAL', `${command} asks for a lock that it holds already.`);
    try {
      makeFolders(locks);
    } catch (error) {
      throw await explainWriteError(locks, error, untouched);
    }
    const mine = describeHolder(command, randomUUID());
    let lost = false;
    const release = await this.#acquire(path, mine, () => (lost = true));
    this.#holding.add(path);
    const check = (): void => {
      // The file, too: after a sleep of the machine, this may run before the timer that sets the flag.
      const holder = readLockRecord(`${path}.json`);
      if (lost || holder?.token !== mine.token || !fs.existsSync(`${path}.lock`)) throw describeLoss(command, holder);
    };
    try {
      return await work({ check });
    } finally {
      this.#holding.delete(path);
      await release();
    }
  }

  async isFree(folder: string): Promise<boolean> {
    const path = await this.#locate(folder);
    if (!fs.existsSync(`${path}.lock`)) return true;
    const holder = readLockRecord(`${path}.json`);
    return holder !== undefined && isHolderDead(holder);
  }

  #folder(): string {
    return this.#options.folder ?? join(findStateFolder(), 'locks');
  }

  async #locate(folder: string): Promise<string> {
    const hash = createHash('sha256').update(await resolveFolder(folder));
    return join(this.#folder(), hash.digest('hex').slice(0, 32));
  }

  async #acquire(path: string, mine: LockRecord, onLost: () => void): Promise<Release> {
    // Of a clock that never jumps.
    const until = performance.now() + (this.#options.timeout ?? readTimeout());
    const readIdle = watchIdle(`${path}.lock`);
    for (let told = ''; ;) {
      const release = await this.#attempt(path, mine, onLost, readIdle());
      if (release !== undefined) return release;
      const holder = readLockRecord(`${path}.json`);
      if (performance.now() >= until) throw describeBusy(holder, this.#options.resource);
      if (holder !== undefined && holder.token !== told) {
        told = holder.token;
        this.#options.progress.note(
          `Waiting for ${nameHolder(holder)} to finish with ${this.#options.resource ?? 'this project'}.`,
        );
      }
      await sleep(Math.min(200, until - performance.now() + 1), undefined, {
        ...(this.#options.signal && { signal: this.#options.signal }),
      }).catch(() => {
        throw new DevenvError('INTERRUPTED', 'Interrupted while waiting for another devenv.');
      });
    }
  }

  /** Undefined if another process holds it. `idle`: milliseconds since its last renewal. */
  async #attempt(path: string, mine: LockRecord, onLost: () => void, idle: number): Promise<Release | undefined> {
    const enter = await take(`${path}.turn`, { stale: 5_000, onCompromised: () => undefined });
    if (enter === undefined) return undefined;
    try {
      const record = `${path}.json`;
      const holder = readLockRecord(record);
      const limit = this.#options.stale ?? 20_000;
      if (idle > limit || (holder !== undefined && isHolderDead(holder)))
        await rmdir(`${path}.lock`).catch(() => undefined);
      // An old lock alone tells nothing, since the clock may have jumped: a holder renews it four times in the limit.
      const stale = idle > limit / 2 ? limit : Infinity;
      let guarded = false;
      const fs = guardRemoval(() => !guarded || readLockRecord(record)?.token === mine.token);
      const release = await take(`${path}.lock`, { stale, update: limit / 4, onCompromised: onLost, fs });
      if (release === undefined) return undefined;
      const leave = (): Promise<void> => release().catch(() => undefined);
      await writeFile(record, `${JSON.stringify(mine)}\n`, { mode: 0o600 }).catch(async (error) => {
        await leave();
        throw error;
      });
      guarded = true;
      return async () => {
        if (readLockRecord(record)?.token === mine.token) {
          await rm(record, { force: true });
          guarded = false;
        }
        await leave();
      };
    } catch (error) {
      throw await explainWriteError(`${path}.lock`, error, untouched);
    } finally {
      await enter().catch(() => undefined);
    }
  }
}

/** Returns a function that measures the milliseconds since a lock was renewed, as this process has observed it. */
const watchIdle = (path: string): (() => number) => {
  let [renewed, since] = [NaN, 0];
  return () => {
    const now = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? NaN;
    if (now !== renewed) [renewed, since] = [now, performance.now()];
    return Number.isNaN(renewed) ? 0 : performance.now() - since;
  };
};

/** proper-lockfile removes the lock at release and exit, even if another process holds it by now. */
const guardRemoval = (mayRemove: () => boolean): typeof fs => ({
  ...fs,
  rmdir: ((path: string, done: fs.NoParamCallback) =>
    mayRemove() ? fs.rmdir(path, done) : done(null)) as typeof fs.rmdir,
  rmdirSync: (path) => {
    if (mayRemove()) fs.rmdirSync(path);
  },
});

const take = async (folder: string, options: LockOptions): Promise<Release | undefined> => {
  const { lock } = (await import('proper-lockfile')).default;
  try {
    return await lock(folder, { ...options, realpath: false, lockfilePath: folder });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
    throw await explainWriteError(folder, error, untouched);
  }
};

/** A folder that is gone keeps the name that it had, since its workspace can still be removed. */
const resolveFolder = (folder: string): Promise<string> =>
  realpath(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return folder;
    throw new DevenvError('FILE_UNREADABLE', `The project folder ${folder} cannot be read.`, { cause: error });
  });

const readTimeout = (): number => {
  const seconds = Number(process.env['TEAMVM_LOCK_TIMEOUT'] ?? '');
  return Number.isFinite(seconds) && process.env['TEAMVM_LOCK_TIMEOUT'] ? seconds * 1_000 : 600_000;
};
