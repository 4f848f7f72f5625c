import type { Volume } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import { nameLabelled, selectPlace, type Place, labelPlace, nameResource } from '../../observe/place.ts';
import type { Volumes } from '../../ports/volumes.ts';

/** Lists the volumes of a workspace that have a name in devenv.yaml, or had one. */
export async function listOwnVolumes(
  volumes: Volumes,
  place: Pick<Place, 'folder' | 'workspace'>,
): Promise<readonly Volume[]> {
  const found = await volumes.list(selectPlace('volume', place));
  return found.filter((one) => one.name === nameLabelled(one.labels, one.labels[labels.volume]));
}

/**
 * Creates the missing named volumes of a workspace, with labels: an engine that
 * creates one for a container gives it none. Existing ones do not change.
 */
export async function provideVolumes(volumes: Volumes, place: Place, names: readonly string[]): Promise<void> {
  const creating = names.map((name) =>
    volumes.create(nameResource(place, name), {
      ...labelPlace('volume', place),
      [labels.volume]: name,
    }),
  );
  await Promise.all(creating);
}
