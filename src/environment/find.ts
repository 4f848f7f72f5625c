import { dirname, join, sep } from 'node:path';
import { DevenvError } from '../errors/devenv-error.ts';
import type { HostFiles } from '../ports/host-files.ts';

interface ProjectPlace {
  /** Absolute. */
  readonly folder: string;
  /** Absolute path of its devenv.yaml, a regular file in the folder. */
  readonly file: string;
}

const fileName = 'devenv.yaml';

/**
 * The nearest folder upwards that has a devenv.yaml. Throws CONFIG_NOT_FOUND,
 * or CONFIG_INVALID if devenv.yaml is not a regular file of the project.
 */
export async function findProject(files: Pick<HostFiles, 'kindOf' | 'realPath'>, start: string): Promise<ProjectPlace> {
  // The real path: a link to a project is the same project.
  const real = await files.realPath(start);
  if (real === undefined)
    throw new DevenvError('CONFIG_NOT_FOUND', `There is no folder ${start}.`, {
      hint: 'Change to the folder of your project, or name it with -C.',
    });
  for (let folder = real; ; folder = dirname(folder)) {
    if (await holdsConfig(files, folder)) return { folder, file: join(folder, fileName) };
    if (dirname(folder) === folder) break;
  }
  throw new DevenvError('CONFIG_NOT_FOUND', `There is no ${fileName} in ${start} or a folder above it.`);
}

/**
 * True if a folder has a devenv.yaml, false if there is nothing of that name.
 * Throws CONFIG_INVALID for anything else: the workspace can write the project,
 * and must not make devenv read another file of this machine or wait for a fifo.
 */
async function holdsConfig(files: Pick<HostFiles, 'kindOf' | 'realPath'>, folder: string): Promise<boolean> {
  const file = join(folder, fileName);
  const kind = await files.kindOf(file);
  if (kind === undefined) return false;
  if (kind === 'folder') throw invalid(file, 'it is a folder, not a file');
  if (kind === 'other') throw invalid(file, 'it is a fifo, a socket or a device, not a file');
  const [realFolder, realFile] = await Promise.all([files.realPath(folder), files.realPath(file)]);
  if (realFolder === undefined || realFile === undefined)
    throw invalid(file, 'it was removed while devenv looked at it');
  const prefix = realFolder.endsWith(sep) ? realFolder : realFolder + sep;
  if (!realFile.startsWith(prefix)) throw invalid(file, 'it is a link that leaves the project');
  return true;
}

const invalid = (file: string, message: string): DevenvError =>
  new DevenvError('CONFIG_INVALID', message, {
    at: file,
    hint: 'Replace it with a regular file, or run `devenv init` in another folder.',
  });
