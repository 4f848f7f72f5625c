import { homedir } from 'node:os';
import type { Mount } from '../model/container.ts';
import { defaultNetwork } from '../model/environment.ts';
import { labels } from './labels.ts';
import type { VolumeMount } from '../model/workspace.ts';
import { hashToHex } from '../lock/hash-json.ts';

/** Which workspace of which project on this machine. */
export interface Place {
  /** Name from devenv.yaml. */
  readonly project: string;
  /** Absolute path of the project folder on the person's machine. */
  readonly folder: string;
  /** Name of the workspace within the project. */
  readonly workspace: string;
  /** Identity of the folder, for labels of what is created. */
  readonly identity?: string | undefined;
}

/**
 * The engine's name of an object of one workspace: readable, and different for
 * each project folder. Without `part` the name of its container and network;
 * with it that of a service or volume.
 */
export function nameResource({ project, folder, workspace }: Place, part?: string): string {
  const suffix = hashToHex(folder).slice(0, 8);
  const name = workspace === 'main' ? `devenv-${project}-${suffix}` : `devenv-${project}-${suffix}-${workspace}`;
  return part === undefined ? name : `${name}.${part}`;
}

/**
 * The engine's name of a network. Its definition is part of the name, so that a
 * container's list of networks alone shows that the definition changed.
 */
export function nameNetwork(place: Place, network: string, internal: boolean): string {
  if (network === defaultNetwork && !internal) return nameResource(place);
  return nameResource(place, internal ? `${network}.internal` : network);
}

/** True for the engine's name of a network of a workspace, whatever the project is called. */
export function isNetworkOf(place: Place, name: string): boolean {
  const ending = nameResource({ ...place, project: '' }).slice('devenv-'.length);
  return name.startsWith('devenv-') && (name.endsWith(ending) || name.includes(`${ending}.`));
}

/** The labels of an object of one workspace. */
export const labelPlace = (
  role: string,
  { project, folder, workspace, identity }: Place,
): Readonly<Record<string, string>> => ({
  [labels.role]: role,
  [labels.project]: project,
  [labels.folder]: folder,
  [labels.workspace]: workspace,
  ...(identity !== undefined && { [labels.identity]: identity }),
});

/** The labels by which an engine lists one kind of object of a workspace; without `workspace`, of all of a project. */
export const selectPlace = (
  role: string,
  { folder, workspace }: { readonly folder: string; readonly workspace?: string },
): readonly string[] => [
  `${labels.role}=${role}`,
  `${labels.folder}=${folder}`,
  ...(workspace === undefined ? [] : [`${labels.workspace}=${workspace}`]),
];

/**
 * The name that an object with these labels got from devenv, as `nameResource`.
 * Anybody can write labels: an object under another name is not devenv's.
 */
export const nameLabelled = (found: Readonly<Record<string, string>>, part?: string): string =>
  nameResource(readPlace(found), part);

/** The place that labels name. */
export const readPlace = (found: Readonly<Record<string, string>>): Place => ({
  project: found[labels.project] ?? '',
  folder: found[labels.folder] ?? '',
  workspace: found[labels.workspace] ?? '',
});

/**
 * A volume of devenv.yaml as the engine mounts it, in the workspace and in
 * services alike: a name means a volume of this workspace, which
 * `provideVolumes` creates; a folder lies in the project.
 */
export function resolveVolume(place: Place, volume: VolumeMount): Mount {
  const { kind, source, target, readOnly } = volume;
  switch (kind) {
    case 'volume':
      return { kind: 'volume', source: nameResource(place, source), target, readOnly };
    case 'folder':
      return { kind: 'bind', source: `${place.folder}/${source}`, target, readOnly };
    case 'host':
      return { kind: 'bind', source: source.replace(/^~(?=\/)/, () => homedir()), target, readOnly };
  }
}
