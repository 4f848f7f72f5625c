import { labels } from '../../observe/labels.ts';
import { nameResource, type Place } from '../../observe/place.ts';
import type { Volumes } from '../../ports/volumes.ts';

/**
 * Creates the missing named volumes of a workspace, with labels: an engine that
 * creates one for a container gives it none. Existing ones do not change.
 */
export async function provideVolumes(volumes: Volumes, place: Place, names: readonly string[]): Promise<void> {
  const { project, folder, workspace, identity } = place;
  const creating = names.map((name) =>
    volumes.create(nameResource(project, folder, workspace, name), {
      [labels.role]: 'volume',
      [labels.project]: project,
      [labels.folder]: folder,
      [labels.workspace]: workspace,
      [labels.volume]: name,
      ...(identity !== undefined && { [labels.identity]: identity }),
    }),
  );
  await Promise.all(creating);
}
