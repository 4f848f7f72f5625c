import { dirname, sep } from 'node:path';
import type { Environment } from '../model/environment.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** Lists missing folders of the project that are mounts, or mount points. */
export async function listMissingFolders(
  files: Pick<HostFiles, 'realPath'>,
  folder: string,
  { folder: inside, volumes }: Pick<Environment, 'folder' | 'volumes'>,
): Promise<readonly string[]> {
  const wanted = volumes.flatMap(({ kind, source, target }) => [
    ...(kind === 'folder' ? [source] : []),
    ...(target.startsWith(`${inside}/`) ? [target.slice(inside.length + 1)] : []),
  ]);
  const missing = wanted.map(async (path) => ((await files.realPath(`${folder}/${path}`)) === undefined ? [path] : []));
  return (await Promise.all(missing)).flat();
}

/**
 * Creates missing folders of the project: an engine would create them as root's.
 * Creates nothing outside of the project.
 */
export async function makeMountPoints(
  files: Pick<HostFiles, 'realPath' | 'makeFolder'>,
  folder: string,
  missing: readonly string[],
): Promise<void> {
  const root = (await files.realPath(folder)) ?? folder;
  for (const path of missing) {
    const { exists, real } = await findReal(files, `${folder}/${path}`);
    if (!exists && `${real}${sep}`.startsWith(`${root}${sep}`)) await files.makeFolder(`${folder}/${path}`, 0o777);
  }
}

/** Resolves a path with links followed; for a missing one, the nearest existing folder above it. */
export async function findReal(
  files: Pick<HostFiles, 'realPath'>,
  path: string,
): Promise<{ readonly exists: boolean; readonly real: string }> {
  const real = await files.realPath(path);
  if (real !== undefined) return { exists: true, real };
  const parent = dirname(path);
  if (parent === path) return { exists: false, real: path };
  return { exists: false, real: (await findReal(files, parent)).real };
}
