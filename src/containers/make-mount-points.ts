import { dirname, sep } from 'node:path';
import type { VolumeMount } from '../model/workspace.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { projectTarget } from '../observe/place.ts';

/**
 * Makes folders of the project that are mounted, or that something is mounted
 * over, where they are missing: an engine would make them too, and they would
 * be root's. Nothing is made outside of the project.
 */
export async function makeMountPoints(
  files: Pick<HostFiles, 'realPath' | 'makeFolder'>,
  folder: string,
  volumes: readonly VolumeMount[],
): Promise<void> {
  const root = (await files.realPath(folder)) ?? folder;
  for (const { kind, source, target } of volumes) {
    const below = target.startsWith(`${projectTarget}/`) ? [target.slice(projectTarget.length + 1)] : [];
    for (const path of [...(kind === 'folder' ? [source] : []), ...below]) {
      const place = `${folder}/${path}`;
      const { exists, real } = await findReal(files, place);
      if (!exists && `${real}${sep}`.startsWith(`${root}${sep}`)) await files.makeFolder(place);
    }
  }
}

/** Where a path leads, links followed, or would lead if it were there: that of the nearest folder above it which is. */
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
