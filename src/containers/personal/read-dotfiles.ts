import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { TarEntry } from '../../model/tar/tar.ts';

export interface DotfilesFolder {
  /** Of names, modes, contents and links. */
  readonly hash: string;
  /** Parents first, `.git` left out. */
  readonly entries: readonly TarEntry[];
}

/** Limits against a wrong folder: settings are small. */
const mostBytes = 32 * 1024 * 1024;
const mostEntries = 5_000;

/** Reads a folder of this machine recursively. Links stay links. Throws FILE_UNREADABLE. */
export async function readDotfiles(folder: string): Promise<DotfilesFolder> {
  const hash = createHash('sha256');
  const entries: TarEntry[] = [];
  let bytes = 0;
  const add = (entry: TarEntry, content: string | Uint8Array): void => {
    entries.push(entry);
    if (entries.length > mostEntries) throw tooLarge(folder);
    hash.update(`${entry.path}\0${String(entry.mode)}\0${String(content.length)}\0`).update(content);
  };
  const walk = async (path: string): Promise<void> => {
    for (const name of (await readdir(join(folder, path))).sort()) {
      if (path === '' && name === '.git') continue;
      const own = `${path}${name}`;
      const file = join(folder, own);
      const found = await lstat(file);
      const mode = found.mode & 0o777;
      if (found.isSymbolicLink()) {
        const link = await readlink(file);
        add({ path: own, mode: 0o777, size: 0, link }, link);
      } else if (found.isDirectory()) {
        add({ path: `${own}/`, mode, size: 0 }, '');
        await walk(`${own}/`);
      } else if (found.isFile()) {
        bytes += found.size;
        if (bytes > mostBytes) throw tooLarge(folder);
        const content = await readFile(file);
        add({ path: own, mode, size: content.byteLength, content: [content] }, content);
      }
    }
  };
  try {
    await walk('');
  } catch (error) {
    if (error instanceof DevenvError) throw error;
    throw new DevenvError(
      'FILE_UNREADABLE',
      `The dotfiles in ${folder} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}.`,
      { hint: 'Correct `dotfiles` in your personal.yaml.', cause: error },
    );
  }
  return { hash: hash.digest('hex'), entries };
}

function tooLarge(folder: string): DevenvError {
  return new DevenvError('FILE_UNREADABLE', `${folder} holds more than dotfiles do: over 32 MB, or 5,000 files.`, {
    hint: 'Name a folder that holds your settings alone in `dotfiles` of your personal.yaml.',
  });
}
