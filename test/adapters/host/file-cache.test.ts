import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { findCacheFolder, findStateFolder } from '../../../src/adapters/host/xdg.ts';
import { setTimeout } from 'node:timers/promises';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devenv-cache-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

describe('FileCache', () => {
  it('keeps what was made, with its digest', async () => {
    const cache = new FileCache(join(folder, 'new'));
    expect(await cache.find('bases/a.tar')).toBeUndefined();
    const put = await cache.put('bases/a.tar', async (path) => writeFileSync(path, 'tar'));
    expect(put.digest).toBe(`sha256:${createHash('sha256').update('tar').digest('hex')}`);
    const found = await cache.find('bases/a.tar');
    expect(found).toMatchObject({ digest: put.digest, size: 3, path: join(folder, 'new/bases/a.tar') });
    const chunks: Uint8Array[] = [];
    for await (const chunk of found?.read() ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('tar');
  });

  it('tells its size, and removes what is old, but nothing that it did not make', async () => {
    const cache = new FileCache(folder);
    await cache.put('bases/a.tar', async (path) => writeFileSync(path, 'tar'));
    await cache.put('b', async (path) => writeFileSync(path, '12345'));
    writeFileSync(join(folder, 'other'), 'not made here');
    expect(await cache.weigh(0)).toEqual({ count: 2, size: 8 });
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(join(folder, 'b'), old, old);
    expect(await cache.weigh(60_000)).toEqual({ count: 1, size: 5 });
    await cache.removeOlder(60_000);
    expect([await cache.find('b'), (await cache.find('bases/a.tar'))?.size]).toEqual([undefined, 3]);
    await cache.removeOlder(0);
    expect(readdirSync(folder).sort()).toEqual(['bases', 'other']);
    expect(readdirSync(join(folder, 'bases'))).toEqual([]);
    expect(await new FileCache(join(folder, 'missing')).weigh(0)).toEqual({ count: 0, size: 0 });
  });

  it('makes one file twice at the same time', async () => {
    const cache = new FileCache(folder);
    const make = async (path: string): Promise<void> => {
      writeFileSync(path, 'first half, ');
      await setTimeout(20);
      writeFileSync(path, 'second half', { flag: 'a' });
    };
    const made = await Promise.all([cache.put('a', make), cache.put('a', make)]);
    expect(made.map(({ size }) => size)).toEqual([23, 23]);
    expect(readdirSync(folder).sort()).toEqual(['a', 'a.sha256']);
  });

  it('keeps the old file when making a new one fails, and nothing half-made', async () => {
    const cache = new FileCache(folder);
    await cache.put('a', async (path) => writeFileSync(path, 'old'));
    const failure = cache.put('a', async (path) => {
      writeFileSync(path, 'half');
      throw new Error('no mirror');
    });
    await expect(failure).rejects.toThrow('no mirror');
    expect(await cache.find('a')).toMatchObject({ size: 3 });
    expect(readdirSync(folder).sort()).toEqual(['a', 'a.sha256']);
    vi.stubEnv('TEAMVM_FAILPOINT', 'cache.put:enospc');
    await expect(cache.put('a', async (path) => writeFileSync(path, 'x'))).rejects.toThrow('the disk is full');
    expect(readdirSync(folder).sort()).toEqual(['a', 'a.sha256']);
  });

  it('does not count a file that no digest vouches for', async () => {
    writeFileSync(join(folder, 'a'), 'x');
    expect(await new FileCache(folder).find('a')).toBeUndefined();
  });
});

describe('XDG folders', () => {
  it('ignores values that are not absolute', () => {
    expect(findStateFolder({ HOME: '/h', XDG_STATE_HOME: '/s' })).toBe('/s/teamvm');
    expect(findStateFolder({ HOME: '/h', XDG_STATE_HOME: 's' })).toBe('/h/.local/state/teamvm');
    expect(findCacheFolder({ HOME: '/h' })).toBe('/h/.cache/teamvm');
  });
});
