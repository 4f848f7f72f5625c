import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FileCache } from '../../src/adapters/host/file-cache.ts';
import { FileProjectLock } from '../../src/adapters/host/file-project-lock.ts';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';
import { makeFolder } from '../run-devenv.ts';

const usual = process.umask();
afterEach(() => void process.umask(usual));

const modeOf = (...path: readonly string[]): string => (statSync(join(...path)).mode & 0o777).toString(8);

/** Whoever can write there decides what is trusted, locked, or built from. */
describe.each([0o000, 0o002, 0o077])('with umask %o', (umask) => {
  it('only the person can use the folders of state, locks and caches', async () => {
    using folder = makeFolder();
    const { path } = folder;
    process.umask(umask);
    const files = new NodeHostFiles();
    await files.makeFolder(join(path, 'state/teamvm'));
    await files.writeAtomic(join(path, 'state/teamvm/trust.json'), '{}');
    await new FileCache(join(path, 'cache/teamvm')).put('bases/a.tar', (file) => files.writeAtomic(file, 'tar'));
    const locks = join(path, 'state/teamvm/locks');
    const lock = new FileProjectLock({ progress: { note: () => undefined }, folder: locks });
    await lock.hold(path, 'up', async () => undefined);
    const folders = ['state', 'state/teamvm', 'state/teamvm/locks', 'cache', 'cache/teamvm', 'cache/teamvm/bases'];
    expect(folders.map((one) => modeOf(path, one))).toEqual(folders.map(() => '700'));
  });

  it('a file that names programs for the person can be written by the person alone', async () => {
    using folder = makeFolder();
    process.umask(umask);
    await new NodeHostFiles().writeAtomic(join(folder.path, 'shop.conf'), 'ProxyCommand devenv', 0o600);
    expect(modeOf(folder.path, 'shop.conf')).toBe('600');
  });

  it('folders in the project get the modes that the person is used to', async () => {
    using folder = makeFolder();
    process.umask(umask);
    await new NodeHostFiles().makeFolder(join(folder.path, 'data/db'), 0o777);
    expect(modeOf(folder.path, 'data/db')).toBe((0o777 & ~umask).toString(8));
  });
});
