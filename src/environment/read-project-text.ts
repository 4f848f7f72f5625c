import { DevenvError } from '../errors/devenv-error.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** Bytes of a file that devenv.yaml names. */
const limit = 256 * 1024;

/**
 * The text of a file that devenv.yaml names; undefined if there is none. Throws
 * CONFIG_INVALID for one that cannot be read, is too large or lies outside the
 * project, links followed. `path`: in the project. `where`: the key that names it.
 */
export async function readProjectText(
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  path: string,
  where: string,
): Promise<string | undefined> {
  return files.readText(`${folder}/${path}`, limit, folder).catch((cause: unknown) => {
    if (!(cause instanceof DevenvError) || cause.code !== 'FILE_UNREADABLE') throw cause;
    throw new DevenvError('CONFIG_INVALID', `${where} names ${path}, which cannot be used: ${cause.message}`, {
      hint: 'Put a plain file into the project, or correct its path.',
      cause,
    });
  });
}
