import type { Mount } from '../model/container.ts';
import type { VolumeMount } from '../model/workspace.ts';
import { nameResource } from './name-resource.ts';

/** Which workspace of which project on this machine. */
export interface Place {
  /** Name from devenv.yaml. */
  readonly project: string;
  /** Absolute path of the project folder on the person's machine. */
  readonly folder: string;
  /** Name of the workspace within the project. */
  readonly workspace: string;
}

/**
 * A volume of devenv.yaml as the engine mounts it, in the workspace and in
 * services alike: a name is that of one workspace's own volume, which
 * `provideVolumes` makes; a folder lies in the project.
 */
export function resolveVolume({ project, folder, workspace }: Place, volume: VolumeMount): Mount {
  const { kind, source, target, readOnly } = volume;
  switch (kind) {
    case 'volume':
      return { kind: 'volume', source: nameResource(project, folder, workspace, source), target, readOnly };
    case 'folder':
      return { kind: 'bind', source: `${folder}/${source}`, target, readOnly };
    case 'host':
      return { kind: 'bind', source, target, readOnly };
  }
}
