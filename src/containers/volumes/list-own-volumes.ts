import type { Volume } from '../../model/container.ts';
import { labels } from '../../observe/labels.ts';
import type { Place } from '../../observe/resolve-volume.ts';
import type { Engine } from '../../ports/engine.ts';

/** The volumes of one workspace that have a name in devenv.yaml, or had one. */
export function listOwnVolumes(
  engine: Engine,
  { folder, workspace }: Pick<Place, 'folder' | 'workspace'>,
): Promise<readonly Volume[]> {
  return engine.volumes.list([
    `${labels.role}=volume`,
    `${labels.folder}=${folder}`,
    `${labels.workspace}=${workspace}`,
  ]);
}
