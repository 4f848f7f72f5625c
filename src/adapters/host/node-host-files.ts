import { createHash } from 'node:crypto';
import { dirname, sep } from 'node:path';
import { constants, type Stats } from 'node:fs';
import { chown, open, opendir, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { HostFiles, OpenFile } from '../../ports/host-files.ts';
import { explainWriteError } from './explain-write-error.ts';
import { makeFolders } from './make-folders.ts';
import { writeAtomic } from './write-atomic.ts';

/** HostFiles over node:fs. Refuses fifos and devices, so that no read waits for another process. */
export class NodeHostFiles implements HostFiles {
  async readText(path: string, limit: number, within?: string): Promise<string | undefined> {
    return readFrom(path, within, async (file) => {
      const bytes = await readUpTo(file, limit + 1);
      if (bytes.length > limit) throw unreadable(path, `it is larger than ${limit} bytes`, undefined, { limit });
      try {
        // Keeps a byte order mark: parsers count it in positions.
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch (error) {
        throw unreadable(path, 'it is not UTF-8 text', error);
      }
    });
  }

  async open(path: string, within?: string): Promise<OpenFile | undefined> {
    const opened = await openRegular(path, within);
    return opened && { size: opened.entry.size, content: readChunks(opened.file, true) };
  }

  async hash(path: string, within?: string): Promise<string | undefined> {
    return readFrom(path, within, async (file) => {
      const hash = createHash('sha256');
      for await (const chunk of readChunks(file, false)) hash.update(chunk);
      return hash.digest('hex');
    });
  }

  async writeAtomic(path: string, text: string, mode?: number): Promise<void> {
    await writeAtomic(path, text, mode);
  }

  async makeFolder(path: string, mode?: number): Promise<void> {
    try {
      const first = makeFolders(path, mode);
      if (first !== undefined && process.getuid?.() === 0) await giveToOwnerAbove(first, path);
    } catch (error) {
      throw await explainWriteError(path, error);
    }
  }

  async owner(path: string): Promise<{ readonly uid: number; readonly gid: number }> {
    try {
      const { uid, gid } = await stat(path);
      return { uid, gid };
    } catch (error) {
      throw unreadable(path, explain(error), error);
    }
  }

  async kindOf(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
    const entry = await unlessMissing(stat(path), path);
    if (entry === undefined) return undefined;
    return entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other';
  }

  async list(path: string, most: number, within: string): Promise<readonly string[]> {
    const [root, real] = await Promise.all([within, path].map((each) => realpath(each).catch(() => '')));
    if (root === undefined || real === undefined || !`${real}/`.startsWith(root.endsWith(sep) ? root : root + sep))
      return [];
    const names: string[] = [];
    try {
      for await (const { name } of await opendir(real)) if (names.push(name) >= most) break;
    } catch {
      return [];
    }
    return names.sort();
  }

  async identify(path: string): Promise<string | undefined> {
    const found = await unlessMissing(stat(path, { bigint: true }), path);
    if (found === undefined) return undefined;
    const { dev, ino, birthtimeNs } = found;
    // Numbers of devices may change at a restart; with the time of its creation a folder is known without.
    return birthtimeNs > 0n ? `${String(ino)}-${String(birthtimeNs)}` : `${String(dev)}-${String(ino)}`;
  }

  async realPath(path: string): Promise<string | undefined> {
    return unlessMissing(realpath(path), path);
  }
}

const readChunks = (file: FileHandle, autoClose: boolean): AsyncIterable<Buffer> =>
  file.createReadStream({ autoClose, highWaterMark: 1 << 20 });

/** Folders that root makes in a user's folder belong to that user. */
const giveToOwnerAbove = async (first: string, last: string): Promise<void> => {
  const { uid, gid } = await stat(dirname(first));
  for (let folder = last; folder.startsWith(first); folder = dirname(folder)) await chown(folder, uid, gid);
};

/** Reads a regular file and closes it. */
export const readFrom = async <T>(
  path: string,
  within: string | undefined,
  read: (file: FileHandle, entry: Stats) => Promise<T>,
): Promise<T | undefined> => {
  const opened = await openRegular(path, within);
  if (opened === undefined) return undefined;
  try {
    return await read(opened.file, opened.entry);
  } catch (error) {
    throw asUnreadable(path, error);
  } finally {
    await opened.file.close();
  }
};

/** Opens a regular file, without waiting for the writer of a fifo. */
export const openRegular = async (
  path: string,
  within: string | undefined,
): Promise<{ readonly file: FileHandle; readonly entry: Stats } | undefined> => {
  const file = await unlessMissing(open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY), path);
  if (file === undefined) return undefined;
  try {
    const entry = await file.stat();
    if (entry.isDirectory()) throw unreadable(path, 'it is a folder');
    if (entry.isFIFO()) throw unreadable(path, 'it is a fifo, not a regular file');
    if (!entry.isFile()) throw unreadable(path, 'it is a device, not a regular file');
    if (within !== undefined && !(await liesIn(within, path, file))) {
      throw unreadable(path, 'it is a link that leaves the project');
    }
    return { file, entry };
  } catch (error) {
    await file.close();
    throw asUnreadable(path, error);
  }
};

const asUnreadable = (path: string, error: unknown): DevenvError =>
  error instanceof DevenvError ? error : unreadable(path, explain(error), error);

/** True if an opened file lies in a folder. Checks the file itself: its path may lead elsewhere by now. */
export const liesIn = async (folder: string, path: string, { fd }: FileHandle): Promise<boolean> => {
  const place = process.platform === 'linux' ? readlink(`/proc/self/fd/${String(fd)}`) : realpath(path);
  const [root, real] = await Promise.all([realpath(folder), place.catch(() => '')]);
  return real.startsWith(root.endsWith(sep) ? root : root + sep);
};

/** Ignores the size of the file, which is 0 in /proc. */
const readUpTo = async (file: FileHandle, limit: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for (let left = limit; left > 0;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(Math.min(left, 65_536)));
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  return Buffer.concat(chunks);
};

const unlessMissing = async <T>(result: Promise<T>, path: string): Promise<T | undefined> => {
  try {
    return await result;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, explain(error), error);
  }
};

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'you may not read it',
  EPERM: 'the system does not allow it',
  ELOOP: 'its links go in a circle',
  ENXIO: 'it is a socket, not a regular file',
  ENODEV: 'it is a device, not a regular file',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file',
  EIO: 'the disk reports an error',
};

const explain = (error: unknown): string =>
  reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error instanceof Error ? error.message : String(error));

const unreadable = (path: string, reason: string, cause?: unknown, data: object = {}): DevenvError =>
  new DevenvError('FILE_UNREADABLE', `${path} cannot be read: ${reason}.`, {
    data: { path, ...data },
    ...(cause === undefined ? {} : { cause }),
  });
