import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { FileProjectLock } from '../../../src/adapters/host/file-project-lock.ts';
import { makeFolders } from '../../../src/adapters/host/make-folders.ts';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'devenv-folders-'));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('makes a folder with those above it, once', () => {
  expect(makeFolders(join(folder, 'a/b/c'), 0o700)).toBe(join(folder, 'a'));
  expect(statSync(join(folder, 'a/b/c')).mode & 0o777).toBe(0o700);
  expect(makeFolders(join(folder, 'a/b/c'))).toBeUndefined();
});

it('fails below a file', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolders(join(folder, 'file/a'))).toThrow();
  expect(() => makeFolders(join(folder, 'file'))).toThrow();
});

it.each(['/proc', '/proc/self/fd', '/sys', '/dev/null'])('ends in %s, where nothing can be made', (place) => {
  expect(() => makeFolders(join(place, 'devenv/locks'))).toThrow();
});

it('never makes the home folder', async () => {
  const home = join(folder, 'none/home');
  vi.stubEnv('HOME', home);
  const missing = {
    code: 'FILE_UNWRITABLE',
    message: expect.stringContaining(`the home folder ${home} does not exist`),
  };
  await expect(new NodeHostFiles().makeFolder(join(home, '.local'))).rejects.toMatchObject(missing);
  await expect(new FileCache(join(home, '.cache')).put('a', () => Promise.resolve())).rejects.toMatchObject(missing);
  const lock = new FileProjectLock({ progress: { note: () => undefined }, folder: join(home, 'locks') });
  await expect(lock.hold(folder, 'up', () => Promise.resolve())).rejects.toMatchObject(missing);
  expect(existsSync(join(folder, 'none'))).toBe(false);
});
