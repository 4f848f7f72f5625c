import { DevenvError } from '../../errors/devenv-error.ts';
import type { Environment } from '../../model/environment.ts';
import type { VolumeMount } from '../../model/workspace.ts';

/**
 * Refuses a volume that an image declares if another container mounts one of
 * the same name: each would have the data of the other. `owner`: a service, or
 * '' for the workspace. Throws CONFIG_INVALID.
 */
export function refuseShared(
  { volumes, services }: Pick<Environment, 'volumes' | 'services'>,
  owner: string,
  declared: readonly VolumeMount[],
): void {
  const all = [{ name: '', volumes }, ...services].filter(({ name }) => name !== owner);
  const others = all.flatMap((one) => one.volumes.map((volume) => ({ volume, where: keyOf(one.name) })));
  for (const { source, target } of declared) {
    const other = others.find(({ volume }) => volume.kind === 'volume' && volume.source === source);
    if (other === undefined) continue;
    const whose = owner === '' ? 'The image of the workspace' : `The image of the service ${owner}`;
    throw new DevenvError(
      'CONFIG_INVALID',
      `${whose} declares a volume at ${target}, which is called ${source}. ${other.where} mounts a volume of that name at ${other.volume.target}.`,
      {
        at: 'devenv.yaml',
        hint: `Give the volume of ${other.where} another name. If both are to have the same data, add "${source}:${target}" to ${keyOf(owner)}.`,
        state: 'Containers and data are as they were.',
      },
    );
  }
}

const keyOf = (name: string): string => (name === '' ? 'volumes' : `services.${name}.volumes`);
