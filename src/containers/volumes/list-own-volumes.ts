import type { Volume } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import { nameLabelled, type Place } from '../../observe/place.ts';
import type { Volumes } from '../../ports/volumes.ts';

/** Lists the volumes of a workspace that have a name in devenv.yaml, or had one. */
export async function listOwnVolumes(
  volumes: Volumes,
  { folder, workspace }: Pick<Place, 'folder' | 'workspace'>,
): Promise<readonly Volume[]> {
  const wanted = [`${labels.role}=volume`, `${labels.folder}=${folder}`, `${labels.workspace}=${workspace}`];
  const found = await volumes.list(wanted);
  return found.filter((one) => one.name === nameLabelled(one.labels, one.labels[labels.volume]));
}
