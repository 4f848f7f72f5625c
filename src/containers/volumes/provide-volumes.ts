import type { VolumeMount } from '../../model/workspace.ts';
import type { Volumes } from '../../ports/volumes.ts';
import { labels } from '../../observe/labels.ts';
import { nameResource, type Place } from '../../observe/place.ts';

/**
 * Creates the missing named volumes of a workspace, with labels: an engine that
 * creates one for a container gives it none. Existing ones do not change.
 */
export async function provideVolumes(volumes: Volumes, place: Place, mounts: readonly VolumeMount[]): Promise<void> {
  const { project, folder, workspace, identity } = place;
  const names = new Set(mounts.flatMap(({ kind, source }) => (kind === 'volume' ? [source] : [])));
  await Promise.all(
    [...names].map(async (name) =>
      volumes.create(nameResource(project, folder, workspace, name), {
        [labels.role]: 'volume',
        [labels.project]: project,
        [labels.folder]: folder,
        [labels.workspace]: workspace,
        [labels.volume]: name,
        ...(identity !== undefined && { [labels.identity]: identity }),
      }),
    ),
  );
}
