import { constants } from 'node:fs';
import { chmod, chown, lstat, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { failpoint } from './failpoint.ts';
import { explainWriteError } from './explain-write-error.ts';

/** Milliseconds. An older temporary file belongs to a killed run. */
const abandonedAfter = 10 * 60_000;

/**
 * Replaces a file's text atomically: temporary file beside it, fsync, rename,
 * fsync of the folder. Keeps mode and owner; `mode` is that of a new file. Throws FILE_UNWRITABLE and leaves
 * the old file intact.
 */
export const writeAtomic = async (path: string, text: string, mode = 0o666): Promise<void> => {
  try {
    await replace(await resolveLink(path), text, mode);
  } catch (error) {
    throw await explainWriteError(path, error);
  }
};

const replace = async (path: string, text: string, mode: number): Promise<void> => {
  const folder = dirname(path);
  const before = await stat(path).catch(() => undefined);
  if (before !== undefined && !before.isFile()) throw new Error('it is not a regular file');
  await removeAbandoned(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}-${Date.now().toString(36)}.tmp`);
  try {
    const { O_WRONLY, O_CREAT, O_EXCL } = constants;
    const file = await open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode);
    try {
      await file.writeFile(text);
      await failpoint('write-atomic.temporary');
      await file.sync();
    } finally {
      await file.close();
    }
    if (before !== undefined) {
      // The mode comes second: chown drops setuid bits. Only root may change owners.
      await chown(temporary, before.uid, before.gid).catch(() => undefined);
      await chmod(temporary, before.mode & 0o7777);
    }
    await failpoint('write-atomic.rename');
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
};

/** Follows a link inside its own folder only, so that no project makes devenv write elsewhere. */
const resolveLink = async (path: string): Promise<string> => {
  const entry = await lstat(path).catch(() => undefined);
  if (entry?.isSymbolicLink() !== true) return path;
  const target = await realpath(path);
  if (!target.startsWith((await realpath(dirname(path))) + sep)) {
    throw new Error(`it is a link to ${target}, outside its folder`);
  }
  return target;
};

const removeAbandoned = async (path: string): Promise<void> => {
  const folder = dirname(path);
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(prefix) || !/^\d+-[0-9a-z]+\.tmp$/.test(name.slice(prefix.length))) continue;
    const file = join(folder, name);
    const age = Date.now() - ((await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now());
    if (age > abandonedAfter) await rm(file, { force: true });
  }
};

/** Makes a rename durable. Some network file systems refuse it; the file is whole all the same. */
export const syncFolder = async (folder: string): Promise<void> => {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
    await handle.sync();
  } catch {
    // See above.
  } finally {
    await handle?.close();
  }
};
