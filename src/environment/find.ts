import { dirname, join, sep } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import type { HostFiles } from '../ports/host-files.ts';

export interface ProjectPlace {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of its devenv.yaml, which is a regular file inside the folder. */
  readonly file: string;
}

const fileName = 'devenv.yaml';

/**
 * The project that a folder is in: the nearest folder upwards with a
 * devenv.yaml. Throws CONFIG_NOT_FOUND where there is none, CONFIG_INVALID
 * where what has the name is not a file of the project.
 */
export async function findProject(files: Pick<HostFiles, 'kindOf' | 'realPath'>, start: string): Promise<ProjectPlace> {
  for (let folder = start; ; folder = dirname(folder)) {
    if (await holdsFile(files, folder, fileName)) return { folder, file: join(folder, fileName) };
    if (dirname(folder) === folder) break;
  }
  throw new DevenvError('CONFIG_NOT_FOUND', `There is no ${fileName} in ${start} or a folder above it.`);
}

/**
 * True when a project holds a regular file of that name, false when there is
 * nothing. Throws CONFIG_INVALID for anything else: whoever writes the project
 * must not be able to have any other file of this machine read, or to have
 * devenv wait for a fifo.
 */
export async function holdsFile(
  files: Pick<HostFiles, 'kindOf' | 'realPath'>,
  folder: string,
  name: string,
): Promise<boolean> {
  const file = join(folder, name);
  const kind = await files.kindOf(file);
  if (kind === undefined) return false;
  if (kind === 'folder') throw invalid(file, 'it is a folder, not a file');
  if (kind === 'other') throw invalid(file, 'it is a fifo, a socket or a device, not a file');
  const [realFolder, realFile] = await Promise.all([files.realPath(folder), files.realPath(file)]);
  if (realFolder === undefined || realFile === undefined) throw invalid(file, 'it went away while it was looked at');
  const prefix = realFolder.endsWith(sep) ? realFolder : realFolder + sep;
  if (!realFile.startsWith(prefix)) throw invalid(file, 'it is a link that leaves the project');
  return true;
}

const invalid = (file: string, message: string): DevenvError =>
  new DevenvError('CONFIG_INVALID', message, {
    at: file,
    hint: file.endsWith(fileName)
      ? 'Put a regular file in its place, or run `devenv init` in a folder of its own.'
      : 'Put a regular file in its place.',
  });
