import type { VolumeMount } from '../../model/workspace.ts';
import type { Volumes } from '../../ports/volumes.ts';
import { labels } from '../../observe/labels.ts';
import { nameResource, type Place } from '../../observe/place.ts';

/**
 * Makes the named volumes of a workspace that are not there yet, with our
 * labels: an engine that makes one by itself for a container gives it none,
 * and nobody could tell later whose it is. One that exists is kept as it is.
 */
export async function provideVolumes(volumes: Volumes, place: Place, mounts: readonly VolumeMount[]): Promise<void> {
  const { project, folder, workspace } = place;
  const names = new Set(mounts.flatMap(({ kind, source }) => (kind === 'volume' ? [source] : [])));
  await Promise.all(
    [...names].map(async (name) =>
      volumes.create(nameResource(project, folder, workspace, name), {
        [labels.role]: 'volume',
        [labels.project]: project,
        [labels.folder]: folder,
        [labels.workspace]: workspace,
        [labels.volume]: name,
      }),
    ),
  );
}
