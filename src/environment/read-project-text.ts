import { DevenvError, hasCode } from '../errors/devenv-error.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** Bytes. */
const usualLimit = 256 * 1024;

/**
 * The text of a file that devenv.yaml names; undefined if there is none. Throws
 * CONFIG_INVALID for one that cannot be read, is too large or lies outside the
 * project, links followed. `path`: in the project. `where`: the key that names it.
 */
export const readProjectText = (
  files: Pick<HostFiles, 'readText'>,
  folder: string,
  path: string,
  where: string,
  limit = usualLimit,
): Promise<string | undefined> =>
  files.readText(`${folder}/${path}`, limit, folder).catch(refuseUnreadable(path, where));

/** The same for a file that must exist. */
export const requireProjectText = async (...args: Parameters<typeof readProjectText>): Promise<string> => {
  const [, , path, where] = args;
  return (await readProjectText(...args)) ?? refuseMissing('file', path, where);
};

/** Throws CONFIG_INVALID instead of FILE_UNREADABLE. */
export const refuseUnreadable =
  (path: string, where = 'devenv.yaml') =>
  (cause: unknown): never => {
    if (!hasCode(cause, 'FILE_UNREADABLE')) throw cause;
    throw new DevenvError('CONFIG_INVALID', `${where} names ${path}, which cannot be used: ${cause.message}`, {
      hint: 'Put a plain file into the project, or correct its path.',
      cause,
    });
  };

/** Throws CONFIG_INVALID for a file or folder that devenv.yaml names and the project does not have. */
export function refuseMissing(
  what: 'file' | 'folder',
  path: string,
  where = 'devenv.yaml',
  hint = `Add the ${what}, or correct its path in devenv.yaml.`,
): never {
  const message = `${where} names the ${what} ${path}, but the project has no such ${what}.`;
  throw new DevenvError('CONFIG_INVALID', message, { hint });
}
