import { labels } from '../../observe/labels.ts';
import { labelPlace, nameResource, type Place } from '../../observe/place.ts';
import type { Volumes } from '../../ports/volumes.ts';

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
