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
 * Volumes belong to a workspace in any case: the id of the container has no
 * place in their names. Those of devenv.yaml are not for a Feature: its author
 * may not read the data of a service.
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
