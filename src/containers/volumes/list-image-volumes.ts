import { nameVolume } from '../../environment/normalise-workspace.ts';
import type { Image } from '../../model/image.ts';
import type { VolumeMount } from '../../model/workspace.ts';

/**
 * Lists a named volume for each VOLUME of an image that nothing else is mounted
 * at, so that no data is lost with a container: engines remove unnamed ones with
 * it. `owner`: how their names begin.
 */
export function listImageVolumes(
  { volumes = [] }: Pick<Image, 'volumes'>,
  owner: string,
  mounts: readonly { readonly target: string; readonly source?: string }[],
): readonly VolumeMount[] {
  const taken = new Set(mounts.map(({ target }) => target));
  const names = new Set(mounts.flatMap(({ source }) => source ?? []));
  return volumes
    .filter((path) => path.startsWith('/') && !taken.has(path))
    .map((target) => nameVolume(owner, target, names));
}
