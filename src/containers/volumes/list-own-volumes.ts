import type { Volume } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import type { Place } from '../../observe/place.ts';
import type { Volumes } from '../../ports/volumes.ts';

/** Lists the volumes of a workspace that have a name in devenv.yaml, or had one. */
export function listOwnVolumes(
  volumes: Volumes,
  { folder, workspace }: Pick<Place, 'folder' | 'workspace'>,
): Promise<readonly Volume[]> {
  return volumes.list([`${labels.role}=volume`, `${labels.folder}=${folder}`, `${labels.workspace}=${workspace}`]);
}
