import { DevenvError } from '../../errors/devenv-error.ts';
import type { Feature } from '../../model/features/feature.ts';
import type { VolumeMount } from '../../model/workspace.ts';

/** The mounts of a Feature, as devenv.yaml would have them. */
export function mountsOf({
  name,
  metadata: { mounts = [] },
}: Pick<Feature, 'name' | 'metadata'>): readonly VolumeMount[] {
  return mounts.map(({ type, source, target }) =>
    type === 'bind'
      ? { kind: 'host', source, target, readOnly: false }
      : { kind: 'volume', source: nameVolume(name, source), target, readOnly: false },
  );
}

/**
 * Names a volume of a Feature. The prefix keeps the Feature from volumes of
 * devenv.yaml, such as the data of a service. The container's id is left out:
 * devenv names the volumes of each workspace apart anyway.
 */
function nameVolume(feature: string, source: string): string {
  const name = source
    .replaceAll('${devcontainerId}', '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .toLowerCase();
  if (name !== '') return `feature-${name}`.slice(0, 63);
  throw new DevenvError('FEATURE_INVALID', `The Feature ${feature} mounts a volume without a name.`);
}
