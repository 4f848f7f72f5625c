import { sep } from 'node:path';
import { findAgreedLink } from '../environment/list-trust-needs.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { FolderLocation } from '../ports/machine.ts';
import type { Site } from './acts/site.ts';

/**
 * Checks what the engine mounted for folders of the project, before devenv runs
 * anything in the container: whoever can write the project can exchange a folder
 * for a link between the agreement and the mount. Asks the kernel; a folder must
 * lie in the project, or where the person agreed to. Throws NOT_TRUSTED.
 */
export async function checkFolders(
  { context, engine, place, project, agreed }: Site,
  service: string | undefined,
  container: string,
): Promise<void> {
  const { environment } = project;
  const declared = service === undefined ? environment : environment.services.find(({ name }) => name === service);
  const folders = (declared?.volumes ?? []).filter(({ kind }) => kind === 'folder');
  if (folders.length === 0 || !engine.capabilities.mountsFolders) return;
  const details = await engine.runtime.inspect(container);
  const kernel = await context.mounts();
  const mounted = details && (await kernel.read(details));
  if (mounted === undefined) return;
  const root = (await context.files.realPath(place.folder)) ?? place.folder;
  const own = await kernel.locate(root);
  for (const { source, target } of folders) {
    const found = mounted.get(target);
    const link = findAgreedLink(agreed, source);
    const wanted = [
      own,
      await kernel.locate(`${root}/${source}`),
      link === undefined ? undefined : await kernel.locate(link),
    ];
    if (found !== undefined && wanted.some((one, index) => isAt(found, one, index === 0))) continue;
    throw new DevenvError(
      'NOT_TRUSTED',
      `./${source} was exchanged while devenv mounted it at ${target}: ${found?.path ?? 'nothing'} is mounted there.`,
      {
        state: 'The container was stopped before devenv ran anything in it.',
        hint: 'Find out what writes to the project folder, then run the same command again.',
        data: { folder: source, target, mounted: found?.path ?? '' },
      },
    );
  }
}

function isAt(found: FolderLocation, wanted: FolderLocation | undefined, below: boolean): boolean {
  if (wanted?.device !== found.device) return false;
  return (
    found.path === wanted.path || (below && found.path.startsWith(wanted.path === sep ? sep : `${wanted.path}${sep}`))
  );
}
