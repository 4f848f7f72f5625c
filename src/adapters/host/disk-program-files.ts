import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DevenvError } from '../../errors/devenv-error.ts';
import { readTar, type ReadEntry } from '../../model/tar/read-tar.ts';
import { ArchiveRefused } from '../../model/tar/tar-header.ts';
import type { ProgramFiles } from '../../ports/large-files.ts';
import { explainWriteError } from './explain-write-error.ts';
import { syncFolder } from './write-atomic.ts';

/** Bytes of all files of a package. */
const limit = 1024 * 1024 * 1024;

/** ProgramFiles over node:fs. */
export const diskProgramFiles: ProgramFiles = {
  unpack: async (tarball, parent) => {
    const folder = await mkdtemp(join(parent, '.devenv-new-')).catch(fail(parent));
    try {
      let left = limit;
      await pipeline(tarball, createGunzip(), async (unpacked: AsyncIterable<Uint8Array>) => {
        for await (const entry of readTar(unpacked)) {
          left -= entry.size;
          if (left < 0) throw new ArchiveRefused('it is too large');
          await write(entry, folder);
        }
      });
      return folder;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      const isDisk = (error as NodeJS.ErrnoException).syscall !== undefined;
      if (isDisk) return fail(parent)(error);
      const reason = error instanceof Error ? error.message : String(error);
      throw new DevenvError('CONTENT_MISMATCH', `The package of devenv is refused: ${reason}.`, { cause: error });
    }
  },
  move: async (from, to) => {
    await rename(from, to).catch(fail(to));
    await syncFolder(dirname(to));
  },
  link: async (target, path) => {
    const fresh = `${path}.${String(process.pid)}.new`;
    await rm(fresh, { force: true });
    await symlink(target, fresh).catch(fail(path));
    await rename(fresh, path).catch(fail(path));
    await syncFolder(dirname(path));
  },
  remove: async (path) => rm(path, { recursive: true, force: true }).catch(fail(path)),
};

const fail =
  (path: string) =>
  async (error: unknown): Promise<never> => {
    throw await explainWriteError(path, error, 'The installed devenv is as it was.');
  };

async function write({ path, type, mode, content }: ReadEntry, folder: string): Promise<void> {
  const parts = path.split('/').slice(1);
  if (!/^[\w@.+ /-]+$/.test(path) || parts.includes('..') || parts.includes('.'))
    throw new ArchiveRefused(`it holds the path ${JSON.stringify(path)}`);
  const at = join(folder, ...parts);
  if (type === '5') return void (await mkdir(at, { recursive: true }));
  if (type !== '0') throw new ArchiveRefused(`${JSON.stringify(path)} is not a file`);
  await mkdir(dirname(at), { recursive: true });
  await pipeline(content, createWriteStream(at, { flags: 'wx', mode: (mode & 0o111) === 0 ? 0o644 : 0o755 }));
  const file = await open(at, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
