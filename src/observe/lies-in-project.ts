import { DevenvError } from '../errors/devenv-error.ts';
import type { HostFiles } from '../ports/host-files.ts';

/**
 * False if the project has no such file. Throws CONFIG_INVALID for a link out of
 * the project: devenv.yaml must not make devenv read other files of this machine.
 */
export async function liesInProject(files: HostFiles, folder: string, path: string): Promise<boolean> {
  const [root, file] = await Promise.all([files.realPath(folder), files.realPath(`${folder}/${path}`)]);
  if (root === undefined || file === undefined) return false;
  if (file === root || file.startsWith(root.endsWith('/') ? root : `${root}/`)) return true;
  throw new DevenvError('CONFIG_INVALID', `devenv.yaml names ${path}, which leads out of the project.`, {
    hint: 'Put a copy of it into the project, or correct its path in devenv.yaml.',
  });
}
