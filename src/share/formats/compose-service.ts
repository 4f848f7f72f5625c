import { defaultNetwork } from '../../model/environment.ts';
import { mapValues } from '../../model/json.ts';
import type { Need, Readiness, Service } from '../../model/service.ts';
import { toArgv, type Limits, type PortMapping, type VolumeMount } from '../../model/workspace.ts';
import type { ExportedContainer, Value } from './list-containers.ts';

/** The compose file that a service is printed into. */
interface ComposeFile {
  readonly root: string;
  readonly workspace: string;
  readonly known: ReadonlyMap<string, ExportedContainer>;
  readonly notes: string[];
}

/** A service of a compose file. Adds notes about what Compose cannot say. */
export function printService(one: ExportedContainer, file: ComposeFile): object {
  const { image, command, entrypoint, network, env, envFiles, tmpfs, restart, stopGrace } = one;
  return {
    ...(typeof image === 'string'
      ? { image: literal(image) }
      : {
          build: {
            context: literal(join(file.root, image.context)),
            dockerfile: literal(below(image.context, image.dockerfile)),
            ...(image.target !== undefined && { target: literal(image.target) }),
            ...(Object.keys(image.args).length > 0 && { args: mapValues(image.args, literal) }),
          },
        }),
    // A line runs in a shell here, and is split into words there.
    ...(typeof command === 'string' && entrypoint === undefined && { entrypoint: [] }),
    ...(entrypoint !== undefined && { entrypoint: entrypoint.map(literal) }),
    ...(command !== undefined && {
      command: toArgv(command).map(literal),
    }),
    ...(one.user !== undefined && { user: literal(one.user) }),
    ...(one.workingDir !== undefined && { working_dir: literal(one.workingDir) }),
    ...(one.hostname !== undefined && { hostname: literal(one.hostname) }),
    ...(Object.keys(env).length > 0 && { environment: mapValues(env, printValue) }),
    ...(envFiles.length > 0 && {
      env_file: envFiles.map(({ path, required }) => {
        const written = literal(join(file.root, path));
        return required ? written : { path: written, required };
      }),
    }),
    ...(one.volumes.length + Number(one.limits.engineSocket) > 0 && { volumes: printVolumes(one, file.root) }),
    ...(tmpfs.length > 0 && {
      tmpfs: tmpfs.map(({ target, size, mode }) => {
        const options = [
          ...(size !== undefined ? [`size=${String(size)}`] : []),
          ...(mode !== undefined ? [`mode=${mode.toString(8).padStart(4, '0')}`] : []),
        ];
        return literal(options.length === 0 ? target : `${target}:${options.join(',')}`);
      }),
    }),
    ...(one.ports.length > 0 && { ports: one.ports.map(printPort) }),
    ...printHealth(one, file),
    ...printNeeds(one, file),
    ...(one.profiles.length > 0 && { profiles: one.profiles.map(literal) }),
    ...(network !== undefined && { network_mode: printNetwork(network, file) }),
    ...(network === undefined && printAttachments(one)),
    ...(one.init && { init: true }),
    ...(one.tty === true && { tty: true }),
    ...(one.stdin === true && { stdin_open: true }),
    ...(restart !== undefined && {
      restart: restart.retries === undefined ? restart.when : `${restart.when}:${String(restart.retries)}`,
    }),
    ...(one.securityOptions.length > 0 && { security_opt: one.securityOptions.map(literal) }),
    ...(stopGrace !== undefined && { stop_grace_period: `${String(stopGrace)}ms` }),
    ...printLimits(one.limits),
  };
}

/** The networks of a container that is not on the default one alone, or has further names. */
function printAttachments({ aliases = [], attachments }: ExportedContainer): object {
  if (attachments === undefined && aliases.length === 0) return {};
  const all = attachments ?? [{ network: defaultNetwork, aliases: [] }];
  const printed = all.map(({ network, aliases: own }) => {
    const names = [...new Set([...aliases, ...own])].map(literal);
    return [network, names.length === 0 ? {} : { aliases: names }];
  });
  return { networks: Object.fromEntries(printed) as object };
}

/** A text in which Compose replaces nothing. */
const literal = (text: string): string => text.replaceAll('$', '$$$$');

const printValue = (value: Value): string =>
  value
    .map((part) => (part.kind === 'text' ? literal(part.text) : `\${${part.name}:-${literal(part.fallback)}}`))
    .join('');

/** A path of the project, from the folder of the file. */
const join = (root: string, path: string): string => (path === '.' ? root : `${root}/${path}`);

/** A Dockerfile from its context. */
const below = (context: string, path: string): string =>
  context === '.'
    ? path
    : path.startsWith(`${context}/`)
      ? path.slice(context.length + 1)
      : `${'../'.repeat(context.split('/').length)}${path}`;

function printVolumes({ volumes, limits }: ExportedContainer, root: string): object[] {
  const source = ({ kind, source: written }: VolumeMount): string =>
    kind === 'folder' ? join(root, written) : written;
  return [
    ...volumes.map((volume) => ({
      type: volume.kind === 'volume' ? 'volume' : 'bind',
      source: literal(source(volume)),
      target: literal(volume.target),
      ...(volume.readOnly && { read_only: true }),
    })),
    ...(limits.engineSocket ? [{ type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock' }] : []),
  ];
}

const printPort = ({ address, host, container, protocol }: PortMapping): object => ({
  target: container,
  ...(host !== 0 && { published: String(host) }),
  host_ip: address,
  protocol,
});

/** True for a service that Compose can ask whether it is ready. */
const isAsked = (ready: Readiness | undefined): boolean =>
  ready?.check.kind === 'command' || ready?.check.kind === 'image';

function printHealth({ name, ready }: ExportedContainer, { notes }: ComposeFile): object {
  if (ready === undefined || ready.check.kind === 'image') return {};
  const { check, interval, retries, startPeriod, timeout } = ready;
  if (check.kind === 'none') return { healthcheck: { disable: true } };
  if (check.kind !== 'command') {
    notes.push(
      `services.${name}.ready: Compose has no check of a port or an address. The service counts as ready once it runs.`,
    );
    return {};
  }
  const test = typeof check.command === 'string' ? ['CMD-SHELL', check.command] : ['CMD', ...check.command];
  return {
    healthcheck: {
      test: test.map(literal),
      interval: `${String(interval)}ms`,
      retries,
      ...(startPeriod > 0 && { start_period: `${String(startPeriod)}ms` }),
      ...(timeout !== undefined && { timeout: `${String(timeout)}ms` }),
    },
  };
}

const conditions: Readonly<Record<Need['until'], string>> = {
  ...{ started: 'service_started', ready: 'service_healthy', completed: 'service_completed_successfully' },
};

function printNeeds({ dependsOn }: ExportedContainer, { known }: ComposeFile): object {
  if (dependsOn.length === 0) return {};
  const print = ({ service, until }: Need): string => {
    const needed = known.get(service);
    if (until !== 'ready') return conditions[until];
    return conditions[needed?.until ?? (isAsked(needed?.ready) ? 'ready' : 'started')];
  };
  return { depends_on: Object.fromEntries(dependsOn.map((need) => [need.service, { condition: print(need) }])) };
}

function printNetwork(network: NonNullable<Service['network']>, { workspace }: ComposeFile): string {
  return network.kind === 'host' ? 'host' : `service:${network.of === '' ? workspace : network.of}`;
}

function printLimits(limits: Limits): object {
  const { cpus, memory, shm, ulimits, gpus, capabilities, extraHosts, devices, privileged } = limits;
  return {
    ...(cpus !== undefined && { cpus }),
    ...(memory !== undefined && { mem_limit: String(memory) }),
    ...(shm !== undefined && { shm_size: String(shm) }),
    ...(Object.keys(ulimits).length > 0 && { ulimits }),
    ...(gpus && { deploy: { resources: { reservations: { devices: [{ capabilities: ['gpu'] }] } } } }),
    ...(capabilities.length > 0 && { cap_add: capabilities }),
    ...(Object.keys(extraHosts).length > 0 && { extra_hosts: mapValues(extraHosts, literal) }),
    ...(devices.length > 0 && {
      devices: devices.map(({ source, target, permissions }) => literal(`${source}:${target}:${permissions}`)),
    }),
    ...(privileged && { privileged: true }),
  };
}
