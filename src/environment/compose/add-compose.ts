import { DevenvError } from '../../errors/devenv-error.ts';
import { defaultNetwork, type ComposeUse, type Environment } from '../../model/environment.ts';
import type { Service } from '../../model/service.ts';
import type { Limits } from '../../model/workspace.ts';
import { findReserved } from '../checks/check-mounts.ts';
import { escapeEnvValue } from '../env-references.ts';
import { refuseProblems } from '../problem.ts';
import { ComposeProblem } from './node.ts';
import { isSamePort, openPorts } from './open-ports.ts';
import { readCompose, type ComposeWorld } from './read-compose.ts';
import type { ComposeService } from './to-service.ts';

/** An environment with the services of its compose file, after its own. Throws CONFIG_INVALID. */
export async function addCompose(world: ComposeWorld, environment: Environment, use: ComposeUse): Promise<Environment> {
  const { services, workspace, networks, volumes } = await readCompose(world, use);
  const own = use.workspace;
  const all = services.map(({ service }) => finish(service, services, own, workspace));
  const twice = all.find(({ name }) => environment.services.some((one) => one.name === name));
  if (twice !== undefined)
    throw new DevenvError('CONFIG_INVALID', `the service ${twice.name} is in devenv.yaml and in ${use.file}`, {
      at: 'devenv.yaml',
      hint: 'Rename one of them, or leave it out with `compose.services`.',
    });
  refuseSharedVolumes(environment, services, volumes, use);
  const joined = workspace === undefined ? environment : joinWorkspace(environment, workspace, services, use);
  refuseSharedPorts(joined, services, use);
  const opened = openPorts({ ...joined, services: all }, use);
  return joinNetworks(
    { ...opened, services: [...environment.services, ...opened.services] },
    environment,
    networks,
    use,
  );
}

/**
 * Adds the networks of the file. A workspace that neither file describes is on
 * those of all services. Throws CONFIG_INVALID for names that nothing declares.
 */
function joinNetworks(
  joined: Environment,
  { networks: own, services }: Environment,
  declared: Environment['networks'],
  { file, workspace }: ComposeUse,
): Environment {
  const networks = { ...declared, ...own };
  const refuse = (message: string, hint: string): DevenvError =>
    new DevenvError('CONFIG_INVALID', message, { at: 'devenv.yaml', hint });
  const other = Object.keys(declared).find((name) => networks[name]?.internal !== declared[name]?.internal);
  if (other !== undefined)
    throw refuse(
      `devenv.yaml and ${file} declare the network ${other} in different ways.`,
      'Make `internal` the same in both, or rename one of them.',
    );
  const unknown = [joined, ...services].flatMap(({ attachments = [] }) => attachments);
  const missing = unknown.find(({ network }) => network !== defaultNetwork && networks[network] === undefined);
  if (missing !== undefined)
    throw refuse(
      `devenv.yaml names the network ${missing.network}, but neither it nor ${file} declares one.`,
      'Declare it under `networks`, or correct its name.',
    );
  if (joined.attachments !== undefined || workspace !== undefined) return { ...joined, networks };
  const used = new Set([
    defaultNetwork,
    ...joined.services.flatMap(({ attachments = [] }) => attachments.map(({ network }) => network)),
  ]);
  const attachments = used.size === 1 ? undefined : [...used].map((network) => ({ network, aliases: [] }));
  return { ...joined, networks, ...(attachments !== undefined && { attachments }) };
}

/** Runs a service once if another one waits for its end; the workspace itself is there without being waited for. */
function finish(
  service: Service,
  services: readonly ComposeService[],
  own: string | undefined,
  workspace: ComposeService | undefined,
): Service {
  const { name, dependsOn, network } = service;
  // A service whose network the workspace shares uses the workspace's network instead: both see the same localhost.
  const lends = workspace !== undefined && isShared(workspace.service, name);
  const once = services.some((other) =>
    other.service.dependsOn.some((need) => need.service === name && need.until === 'completed'),
  );
  return {
    ...service,
    ...(once && { until: 'completed' }),
    ...(lends && { ports: [] }),
    ...((lends || (network?.kind === 'shared' && network.of === own)) && { network: { kind: 'shared', of: '' } }),
    dependsOn: dependsOn.filter((need) => need.service !== own),
  };
}

const isShared = ({ network }: Service, name: string): boolean => network?.kind === 'shared' && network.of === name;

/** Takes over what the workspace's own service says; devenv.yaml counts before it. */
function joinWorkspace(
  environment: Environment,
  { service, at }: ComposeService,
  services: readonly ComposeService[],
  use: ComposeUse,
): Environment {
  const lent = services.filter((one) => isShared(service, one.service.name));
  const ports = [service, ...lent.map((one) => one.service)].flatMap((one) => one.ports);
  if (service.network?.kind === 'host')
    throw refuse(at, 'a workspace beside services cannot use the network of the machine', use);
  const { env, envFiles, volumes, tmpfs, limits, securityOptions, init } = service;
  const mounted = volumes.filter((volume) => {
    const isProject = volume.kind === 'folder' && volume.source === '.';
    if (isProject && volume.target === environment.folder) return false;
    const holder = isProject
      ? `the project lies at ${environment.folder}; write "folder: ${volume.target}" in devenv.yaml`
      : findReserved(volume.target);
    if (holder === undefined) return !environment.volumes.some(({ target }) => target === volume.target);
    throw refuse(at, `cannot mount at ${volume.target}: ${holder}`, use);
  });
  if (tmpfs.length > 0) throw refuse(at, 'tmpfs of the workspace cannot be kept', use);
  const added = ports.filter(({ container }) => !environment.ports.some((port) => port.container === container));
  const literal = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, escapeEnvValue(value)]));
  const attachments = environment.attachments ?? nameAttachments(lent[0]?.service ?? service);
  return {
    ...environment,
    ...(attachments !== undefined && { attachments }),
    env: { ...literal, ...environment.env },
    envFiles: [...envFiles, ...environment.envFiles],
    ports: [...environment.ports, ...added],
    volumes: [...environment.volumes, ...mounted],
    init: init || environment.init,
    securityOptions: [...new Set([...environment.securityOptions, ...securityOptions])],
    limits: joinLimits(limits, environment.limits),
  };
}

/** Other services reach the workspace by the names that the file gives it, too. */
const nameAttachments = ({ attachments, aliases = [] }: Service): Environment['attachments'] => {
  const found = attachments ?? (aliases.length > 0 ? [{ network: defaultNetwork, aliases: [] }] : undefined);
  return found?.map((one) => ({ ...one, aliases: [...new Set([...aliases, ...one.aliases])] }));
};

function joinLimits(below: Limits, own: Limits): Limits {
  return {
    ...{ ...below, ...own },
    ulimits: { ...below.ulimits, ...own.ulimits },
    gpus: below.gpus || own.gpus,
    capabilities: [...new Set([...below.capabilities, ...own.capabilities])].sort(),
    extraHosts: { ...below.extraHosts, ...own.extraHosts },
    devices: [...below.devices, ...own.devices],
    privileged: below.privileged || own.privileged,
    engineSocket: below.engineSocket || own.engineSocket,
  };
}

/** A port of the machine that devenv.yaml and the compose file both open. */
function refuseSharedPorts(environment: Environment, services: readonly ComposeService[], use: ComposeUse): void {
  const taken = [environment, ...environment.services].flatMap(({ ports }) => ports);
  // The ports of a service whose network the workspace uses are those of the workspace by now.
  const own = new Set(environment.ports);
  for (const { ports } of services)
    for (const { node, port } of ports)
      if (!own.has(port) && taken.some((one) => isSamePort(one, port)))
        throw refuse(node, `devenv.yaml or the workspace opens the host port ${String(port.host)}, too`, use);
}

/** Volumes that the file does not name, and that have the name of one in devenv.yaml. */
function refuseSharedVolumes(
  environment: Environment,
  services: readonly ComposeService[],
  declared: ReadonlySet<string>,
  use: ComposeUse,
): void {
  const own = [environment, ...environment.services].flatMap((one) => one.volumes);
  const written = new Set(own.map(({ source }) => source));
  for (const { service, at } of services)
    for (const { kind, source, target } of service.volumes)
      if (kind === 'volume' && written.has(source) && !declared.has(source))
        throw refuse(at, `the volume at ${target} gets the name ${source}, which devenv.yaml gives to another`, use);
}

const refuse = (
  spot: ConstructorParameters<typeof ComposeProblem>[0],
  message: string,
  { file }: ComposeUse,
): DevenvError => refuseProblems(file, [new ComposeProblem(spot, message).problem]);
