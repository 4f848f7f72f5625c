import type { ContainerSpec, Mount } from '../../model/container.ts';
import { labelHealth } from './image-readiness.ts';
import type { Service } from '../../model/service.ts';
import type { VolumeMount } from '../../model/workspace.ts';
import { listNamed } from '../network/list-endpoints.ts';
import { afterSecrets, secretsMount } from './give-secrets.ts';
import { listImageVolumes } from '../volumes/list-image-volumes.ts';
import { serviceStopTimeout } from '../stop-timeouts.ts';
import { labels } from '../../observe/labels.ts';
import { labelPlace, nameResource, resolveVolume, type Place } from '../../observe/place.ts';
import { describeMade } from '../../observe/own-containers.ts';
import type { Endpoint } from '../../plan/observed.ts';
import type { ServiceImage } from '../../image/service-image.ts';
import { printVariables } from '../../model/shell/variables.ts';
import { toArgv } from '../../model/workspace.ts';
import { hashText } from '../../lock/hash-json.ts';

/** Hashes the settings of a service: its container is replaced if they change. Without its image. */
export function hashService(service: Service, place: Place, secrets: boolean): string {
  const { command, env, volumes, ports, limits } = service;
  const newer = listNewer(service);
  const wanted = [
    command ?? null,
    Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1)),
    volumes.map((volume) => resolveVolume(place, volume)),
    ports,
    limits,
    ...(secrets ? ['secrets'] : []),
    // Left out if unset: containers that were created before devenv knew these keys keep their hash.
    ...(newer.length > 0 ? [newer] : []),
  ];
  return hashText(JSON.stringify(wanted));
}

/** The order counts: it is hashed. */
const newerKeys = [
  ...(['entrypoint', 'user', 'workingDir', 'hostname', 'tmpfs', 'init', 'securityOptions', 'restart'] as const),
  ...(['stopGrace', 'until', 'aliases', 'tty', 'stdin', 'network', 'proxy'] as const),
];

/**
 * Settings that differ from their default. An empty entrypoint does: it drops
 * the image's. Of networks, further names alone: a container can join and leave
 * networks, but keeps its names.
 */
const listNewer = (service: Service): readonly unknown[] => [
  ...newerKeys.flatMap((key) => {
    const value = service[key];
    const isUnset = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    return isUnset && !(key === 'entrypoint' && value !== undefined) ? [] : [[key, value]];
  }),
  ...listNamed(service.attachments),
];

/** Lists all volumes of a service: those of devenv.yaml, and those of its image. */
const listServiceVolumes = (service: Service, image: ServiceImage): readonly VolumeMount[] => [
  ...service.volumes,
  ...listDeclared(service, image),
];

/** Lists the volumes that the image of a service declares and devenv.yaml does not mention. */
export const listDeclared = ({ name, volumes, tmpfs }: Service, { image }: ServiceImage): readonly VolumeMount[] =>
  listImageVolumes(image, name, [...volumes, ...tmpfs]);

/** The network that a service's container is created on. */
export type ServiceNet =
  | ({ readonly kind: 'own' } & Partial<Endpoint>)
  | { readonly kind: 'host' }
  | { readonly kind: 'shared'; readonly container: string };

function resolveNet(net: ServiceNet): Pick<ContainerSpec, 'network' | 'aliases'> {
  if (net.kind === 'own') {
    const { network, aliases } = net;
    return network === undefined || aliases === undefined ? {} : { network, aliases };
  }
  return { network: net.kind === 'host' ? 'host' : `container:${net.container}` };
}

/** Names of the services that must not end before it. */
const listNeeds = ({ dependsOn, network }: Service): readonly string[] => [
  ...dependsOn.map((need) => need.service),
  ...(network?.kind === 'shared' && network.of !== '' ? [network.of] : []),
];

/** Describes the container of a service, without its ports. */
export function resolveServiceContainer(
  service: Service,
  place: Place,
  net: ServiceNet,
  provided: ServiceImage,
  secrets: boolean,
): ContainerSpec {
  const { name, tmpfs, init, securityOptions, restart, stopGrace } = service;
  const waits = secrets || service.proxy === true;
  return {
    name: nameResource(place, name),
    image: provided.reference,
    ...(net.kind !== 'shared' && { hostname: service.hostname ?? name.replaceAll(/[._]/g, '-') }),
    ...(waits ? resolveWaiting(service, provided) : resolveCommand(service, provided)),
    env: printVariables(service.env),
    labels: {
      ...labelPlace('service', place),
      [labels.service]: name,
      [labels.made]: describeMade(nameResource(place, name), provided.image.id),
      [labels.needs]: listNeeds(service).join(','),
      // Empty where it means nothing: the image may have such a label of its own.
      [labels.shares]: net.kind === 'shared' ? net.container : '',
      [labels.until]: service.until ?? '',
      ...labelHealth(service, provided.image.healthcheck),
      [labels.content]: provided.identity,
      [labels.settings]: hashService(service, place, secrets),
    },
    // Empty: as the image says.
    user: service.user ?? '',
    workingDir: service.workingDir ?? '',
    mounts: [
      ...listServiceVolumes(service, provided).map((volume): Mount => resolveVolume(place, volume)),
      ...tmpfs.map((one): Mount => ({ kind: 'tmpfs', ...one })),
      ...(waits ? [secretsMount] : []),
    ],
    project: place.folder,
    ...resolveNet(net),
    ...(service.tty === true && { tty: true }),
    ...(service.stdin === true && { openInput: true }),
    limits: service.limits,
    ...(init && { init }),
    ...(securityOptions.length > 0 && { securityOptions }),
    ...(restart !== undefined && { restart }),
    // Zero means the engine's own time.
    stopTimeout: stopGrace === undefined ? serviceStopTimeout : Math.max(1, Math.ceil(stopGrace / 1000)),
  };
}

/** A line runs in a shell and replaces the entrypoint; a list goes to the entrypoint, as in Compose. */
function resolveCommand(
  { command, entrypoint }: Service,
  { image }: ServiceImage,
): Pick<ContainerSpec, 'command' | 'keepEntrypoint'> {
  if (entrypoint !== undefined) {
    // Another entrypoint drops the command of the image; none keeps it.
    const rest = command === undefined && entrypoint.length === 0 ? image.config.cmd : toArgv(command ?? []);
    return { command: [...entrypoint, ...rest] };
  }
  if (command === undefined) return { command: [] };
  return { command: toArgv(command), ...(typeof command !== 'string' && { keepEntrypoint: true }) };
}

/** The same, started after the secrets: the image's entrypoint may read them at once. */
function resolveWaiting(service: Service, provided: ServiceImage): Pick<ContainerSpec, 'command'> {
  const { entrypoint, cmd } = provided.image.config;
  const { command, keepEntrypoint } = resolveCommand(service, provided);
  if (command.length === 0) return { command: afterSecrets([...entrypoint, ...cmd]) };
  return { command: afterSecrets(keepEntrypoint === true ? [...entrypoint, ...command] : command) };
}
