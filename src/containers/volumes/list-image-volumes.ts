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
  mounts: readonly { readonly target: string }[],
): readonly VolumeMount[] {
  const taken = new Set(mounts.map(({ target }) => target));
  const more = volumes.filter((path) => path.startsWith('/') && !taken.has(path));
  return more.map((target): VolumeMount => ({
    kind: 'volume',
    source: `${owner}${target.replaceAll(/[^A-Za-z0-9_.-]+/g, '-')}`.slice(0, 100),
    target,
    readOnly: false,
  }));
}
