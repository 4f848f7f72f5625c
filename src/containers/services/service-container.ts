import { createHash } from 'node:crypto';
import type { ContainerSpec, Mount } from '../../model/container.ts';
import type { Service, VolumeMount } from '../../model/workspace.ts';
import { afterSecrets, secretsMount } from './give-secrets.ts';
import { listImageVolumes } from '../volumes/list-image-volumes.ts';
import { serviceStopTimeout } from '../stop-timeouts.ts';
import { labels } from '../../observe/labels.ts';
import { nameResource, resolveVolume, type Place } from '../../observe/place.ts';
import { describeMade } from '../../observe/own-containers.ts';
import type { ServiceImage } from '../../image/service-image.ts';

/** Hashes the settings of a service: its container is replaced if they change. Without its image. */
export function hashService(service: Service, place: Place, secrets: boolean): string {
  const { command, env, volumes, ports, limits } = service;
  const wanted = [
    command ?? null,
    Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)),
    volumes.map((volume) => resolveVolume(place, volume)),
    ports,
    limits,
    ...(secrets ? ['secrets'] : []),
  ];
  return `sha256:${createHash('sha256').update(JSON.stringify(wanted)).digest('hex')}`;
}

/** Lists all volumes of a service: those of devenv.yaml, and those of its image. */
export const listServiceVolumes = ({ name, volumes }: Service, { image }: ServiceImage): readonly VolumeMount[] => [
  ...volumes,
  ...listImageVolumes(image, name, volumes),
];

/** Describes the container of a service, without its ports. */
export function resolveServiceContainer(
  service: Service,
  place: Place,
  network: string,
  provided: ServiceImage,
  secrets: boolean,
): ContainerSpec {
  const { name, command } = service;
  const { project, folder, workspace, identity } = place;
  return {
    name: nameResource(project, folder, workspace, name),
    image: provided.reference,
    hostname: name.replaceAll(/[._]/g, '-'),
    ...(secrets ? resolveWaiting(command, provided) : resolveCommand(command)),
    env: Object.entries(service.env).map(([key, value]) => `${key}=${value}`),
    labels: {
      [labels.role]: 'service',
      [labels.project]: project,
      [labels.folder]: folder,
      [labels.workspace]: workspace,
      [labels.service]: name,
      ...(identity !== undefined && { [labels.identity]: identity }),
      [labels.made]: describeMade(nameResource(project, folder, workspace, name), provided.image.id),
      [labels.needs]: service.dependsOn.join(','),
      [labels.content]: provided.identity,
      [labels.settings]: hashService(service, place, secrets),
    },
    // Those of the image.
    user: '',
    workingDir: '',
    mounts: [
      ...listServiceVolumes(service, provided).map((volume): Mount => resolveVolume(place, volume)),
      ...(secrets ? [secretsMount] : []),
    ],
    network,
    aliases: [name],
    limits: service.limits,
    stopTimeout: serviceStopTimeout,
  };
}

/** A line runs in a shell and replaces the entrypoint; a list goes to the entrypoint, as in Compose. */
function resolveCommand(command: Service['command']): Pick<ContainerSpec, 'command' | 'keepEntrypoint'> {
  if (command === undefined) return { command: [] };
  if (typeof command === 'string') return { command: ['/bin/sh', '-c', command] };
  return { command, keepEntrypoint: true };
}

/** The same, started after the secrets: the image's entrypoint may read them at once. */
function resolveWaiting(command: Service['command'], { image }: ServiceImage): Pick<ContainerSpec, 'command'> {
  const { entrypoint, cmd } = image.config;
  if (typeof command === 'string') return { command: afterSecrets(['/bin/sh', '-c', command]) };
  return { command: afterSecrets([...entrypoint, ...(command ?? cmd)]) };
}
