import { DevenvError } from '../errors/devenv-error.ts';
import { defaultNetwork, type Environment } from '../model/environment.ts';
import type { Service } from '../model/service.ts';
import type { Restrictions, VolumeMount } from '../model/workspace.ts';

/** Capabilities with which a program can leave its network or write to read-only mounts. */
const undoing = new Set(['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'DAC_READ_SEARCH']);

/**
 * Restricts an environment. `offline`: only the networks between its own
 * containers are left, and no ports are published. `readOnlyProject`: folders of
 * this machine are mounted read-only. Throws as `requireRestrictable`.
 */
export function restrict(environment: Environment, restricted: Restrictions | undefined): Environment {
  if (restricted === undefined) return environment;
  requireRestrictable(environment, restricted);
  const limited = { ...environment, restricted };
  const locked = restricted.readOnlyProject === true ? lockFolders(limited) : limited;
  return restricted.offline === true ? cutOff(locked) : locked;
}

function lockFolders(environment: Environment): Environment {
  const lock = (volumes: readonly VolumeMount[]): readonly VolumeMount[] =>
    volumes.map((one) => (one.kind === 'volume' ? one : { ...one, readOnly: true }));
  return {
    ...environment,
    volumes: lock(environment.volumes),
    services: environment.services.map((service) => ({ ...service, volumes: lock(service.volumes) })),
  };
}

function cutOff({ network: _network, proxy: _proxy, ...environment }: Environment): Environment {
  const services = environment.services.map(({ proxy: _own, network, ...service }): Service => ({
    ...{ ...service, ports: [] },
    ...(network?.kind === 'shared' && { network }),
  }));
  const names = [defaultNetwork, ...Object.keys(environment.networks)];
  return {
    ...{ ...environment, services, ports: [] },
    networks: Object.fromEntries(names.map((name) => [name, { internal: true }])),
    ...(services.length === 0 && { network: 'none' }),
  };
}

/** Throws USAGE if devenv.yaml gives rights with which a program could undo the restrictions. */
export function requireRestrictable(environment: Environment, restricted: Restrictions): void {
  const { docker } = environment;
  const right =
    docker === 'host'
      ? "the engine's socket"
      : docker === 'inside'
        ? 'all capabilities, for the engine inside'
        : [environment, ...environment.services].flatMap(nameRights)[0];
  if (right === undefined) return;
  const flag = restricted.offline === true ? '--offline' : '--read-only-project';
  throw new DevenvError('USAGE', `devenv.yaml gives this workspace ${right}, with which it could undo ${flag}.`, {
    hint: `Leave out ${flag}, or remove the right from devenv.yaml.`,
    state: 'Nothing was changed.',
  });
}

/** Sockets of engines and of the machine's own services, on a mount that is read-only, too, and folders that have them. */
const sockets = /^\/$|^\/var$|^(?:\/var)?\/run(?:\/|$)|\.sock$/;

const nameRights = ({
  limits: { privileged, engineSocket, devices, capabilities },
  securityOptions,
  volumes,
}: Pick<Environment, 'limits' | 'securityOptions' | 'volumes'>): readonly string[] => [
  ...(privileged ? ['all rights on its machine (privileged)'] : []),
  ...(engineSocket ? ["the engine's socket"] : []),
  ...devices.map(({ source }) => `the device ${source}`),
  ...capabilities.filter((name) => undoing.has(name)).map((name) => `the capability ${name}`),
  ...securityOptions.filter((one) => /^systempaths[=:]/.test(one)).map((one) => `the security option ${one}`),
  ...volumes
    .filter(({ kind, source }) => kind === 'host' && sockets.test(source))
    .map(({ source }) => `the sockets of ${source}`),
];
