import { constants } from 'node:fs';
import { open, rename, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LargeFile, LargeFiles, PartFile } from '../../ports/large-files.ts';
import { explainWriteError } from './explain-write-error.ts';
import { failpoint } from './failpoint.ts';
import { openRegular } from './node-host-files.ts';
import { syncFolder } from './write-atomic.ts';

/** LargeFiles over node:fs. */
export const diskFiles: LargeFiles = {
  open: async (path): Promise<LargeFile | undefined> => {
    const opened = await openRegular(path, undefined);
    return opened && readable(opened.file, opened.entry.size);
  },
  openPart: async (path): Promise<PartFile> => {
    const part = `${path}.part`;
    const attempt = async <T>(work: Promise<T>): Promise<T> => {
      try {
        return await work;
      } catch (error) {
        throw await explainWriteError(part, error, `What was written so far is in ${part}.`);
      }
    };
    const fail = async (error: unknown): Promise<never> => {
      const isLink = (error as NodeJS.ErrnoException).code === 'ELOOP';
      throw await explainWriteError(isLink ? part : path, error, 'Nothing was written.');
    };
    if ((await stat(path).catch(() => undefined))?.isDirectory())
      await fail(Object.assign(new Error('The path is a folder.'), { code: 'EISDIR' }));
    const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
    const file = await open(part, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o666).catch(fail);
    const entry = await file.stat();
    if (!entry.isFile()) {
      await file.close();
      // A workspace may make a node of the machine's disk beside the file.
      throw await explainWriteError(part, new Error('it is not a regular file'));
    }
    return {
      ...readable(file, entry.size),
      write: (position, bytes) => attempt(writeWhole(file, position, bytes)),
      finish: (end) =>
        attempt(
          (async () => {
            await file.truncate(end);
            await file.sync();
            await failpoint('bundle.rename');
            await rename(part, path);
            await syncFolder(dirname(path));
          })(),
        ),
    };
  },
};

const readable = (file: FileHandle, size: number): LargeFile => ({
  size,
  read: async (position, length) => {
    const buffer = Buffer.allocUnsafe(length);
    let at = 0;
    while (at < length) {
      const { bytesRead } = await file.read(buffer, at, length - at, position + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return buffer.subarray(0, at);
  },
  close: () => file.close(),
});

async function writeWhole(file: FileHandle, position: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength;)
    at += (await file.write(bytes, at, bytes.byteLength - at, position + at)).bytesWritten;
}
