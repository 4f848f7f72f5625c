import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What this machine knows of newer versions of devenv. */
export interface NewestRecord {
  /** When a check began last, in milliseconds since 1970. */
  readonly checked: number;
  /** The newest version that the registry had. */
  readonly newest?: string;
}

const find = (): string | undefined => {
  const { XDG_CACHE_HOME: own, HOME: home } = process.env;
  const cache = own || (home && join(home, '.cache'));
  return cache?.startsWith('/') === true ? join(cache, 'devenv', 'newest.json') : undefined;
};

/** Empty if there is no record, or it cannot be read. Absent without a cache folder. */
export function readNewest(): Partial<NewestRecord> | undefined {
  const path = find();
  if (path === undefined) return undefined;
  try {
    const { checked, newest } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    return {
      ...(typeof checked === 'number' && { checked }),
      ...(typeof newest === 'string' && /^\d+\.\d+\.\d+$/.test(newest) && { newest }),
    };
  } catch {
    return {};
  }
}

/** Notes that a check began now, or what it found. Returns false if nothing can be written: then nothing is checked. */
export function recordNewest(newest: string | undefined): boolean {
  const path = find();
  if (path === undefined) return false;
  const temporary = `${path}.${String(process.pid)}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(temporary, JSON.stringify({ checked: Date.now(), newest }), { mode: 0o600 });
    renameSync(temporary, path);
    return true;
  } catch {
    return false;
  }
}
