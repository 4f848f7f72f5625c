import type { Volume } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import { nameLabelled, selectPlace, type Place } from '../../observe/place.ts';
import type { Volumes } from '../../ports/volumes.ts';

/** Lists the volumes of a workspace that have a name in devenv.yaml, or had one. */
export async function listOwnVolumes(
  volumes: Volumes,
  place: Pick<Place, 'folder' | 'workspace'>,
): Promise<readonly Volume[]> {
  const found = await volumes.list(selectPlace('volume', place));
  return found.filter((one) => one.name === nameLabelled(one.labels, one.labels[labels.volume]));
}
