import type { ContainerDetails } from '../../../model/container.ts';
import type { Image } from '../../../model/image.ts';
import type { Engine } from '../../../ports/engine.ts';

/**
 * Whether the engine's commit of a container would ask for volumes that its
 * image does not: some engines write anonymous ones into the config, and each
 * container of the new image would get them.
 */
export function addsVolumes({ capabilities }: Engine, { mounts }: ContainerDetails, { volumes = [] }: Image): boolean {
  if (!capabilities.commitsAnonymousVolumes) return false;
  const added = mounts.filter((mount) => mount.kind === 'volume' && /^[0-9a-f]{64}$/.test(mount.source));
  return added.some(({ target }) => !volumes.includes(target));
}
