import { listHostNames } from './env-references.ts';
import { mountsOf } from '../providers/features/mounts-of.ts';
import type { Environment } from '../model/environment.ts';
import type { TrustNeed } from '../model/trust.ts';
import type { Limits, PortMapping, VolumeMount } from '../model/workspace.ts';

/** Capabilities of every container, and SYS_PTRACE, which reaches nothing outside of it. */
const harmless = new Set([
  ...['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'NET_RAW'],
  ...['SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT', 'SYS_PTRACE'],
]);

/** Facts of this machine about devenv.yaml. */
interface TrustFacts {
  /** Folder of the project, as a volume names it → its target outside the project. */
  readonly links: ReadonlyMap<string, string>;
  /** Names that devenv.yaml takes from the person's environment and that have a value there. */
  readonly variables: ReadonlySet<string>;
  /** Name of a secret → files of the project that its command names. */
  readonly files: ReadonlyMap<string, CommandContent>;
  /** The person has a proxy with a password. */
  readonly proxyLogin?: boolean;
}

/** Files of the project that a command names. */
export interface CommandContent {
  readonly paths: readonly string[];
  /** Absent when there are none. */
  readonly digest?: string;
}

/**
 * Everything in devenv.yaml that runs on the host, takes from its environment,
 * mounts from outside the project or needs rights on the engine's machine, in
 * the order of the file.
 */
export function listTrustNeeds(
  environment: Environment,
  { links, variables, files, proxyLogin = false }: TrustFacts,
): TrustNeed[] {
  return [
    ...listHostNames(environment.env)
      .filter((name) => variables.has(name))
      .map((name) => ({ kind: 'variable', where: 'env', content: name }) as const),
    ...(environment.compose?.variables ?? [])
      .filter((name) => variables.has(name))
      .map((name) => ({ kind: 'variable', where: 'compose', content: name }) as const),
    ...sortOut(needsOfFeatures(environment), [
      ...environment.volumes.flatMap((volume) => needsOfVolume(volume, 'volumes', links)),
      ...needsOfLimits(environment.limits, 'limits'),
      ...needsOfSecurity(environment.securityOptions, 'security_opt'),
    ]),
    ...needsOfWords(environment),
    ...listProxyUsers(environment)
      .filter(() => proxyLogin)
      .map((where) => ({ kind: 'proxy', where, content: 'your proxy, with its password' }) as const),
    ...needsOfPorts(environment.ports, 'ports'),
    ...environment.services.flatMap(({ name, volumes, limits, securityOptions, network, ports, restart }) => [
      ...needsOfPorts(ports, `services.${name}.ports`),
      ...volumes.flatMap((volume) => needsOfVolume(volume, `services.${name}.volumes`, links)),
      ...(restart === undefined ? [] : needsOfRestart(volumes, `services.${name}.restart`)),
      ...needsOfLimits(limits, `services.${name}.limits`),
      ...needsOfSecurity(securityOptions, `services.${name}.security_opt`),
      ...(network?.kind === 'host'
        ? [
            {
              kind: 'privilege',
              where: `services.${name}.network`,
              content: "the network of the engine's machine",
            } as const,
          ]
        : []),
    ]),
    ...environment.secrets.flatMap(({ name, command }): TrustNeed[] => [
      ...(variables.has(name) ? [{ kind: 'variable', where: 'secrets', content: name } as const] : []),
      ...(command === undefined ? [] : [needOfCommand(name, command, files.get(name))]),
    ]),
  ];
}

/** The keys of devenv.yaml that ask for the person's proxies. */
export const listProxyUsers = ({ proxy, services }: Pick<Environment, 'proxy' | 'services'>): readonly string[] => [
  ...(proxy === true ? ['proxy'] : []),
  ...services.flatMap((service) => (service.proxy === true ? [`services.${service.name}.proxy`] : [])),
];

/** What the Features ask for, each in its own name. */
const needsOfFeatures = ({ features: { installed = [] }, limits }: Environment): readonly TrustNeed[] =>
  installed.flatMap((feature) => {
    const { name, metadata } = feature;
    const { privileged = false, capAdd: capabilities = [], securityOpt = [], entrypoint } = metadata;
    const where = `features.${name}`;
    return [
      ...mountsOf(feature).flatMap((mount) => needsOfVolume(mount, where, new Map())),
      ...needsOfLimits({ ...limits, devices: [], engineSocket: false, privileged, capabilities }, where),
      ...needsOfSecurity(securityOpt, where),
      ...(entrypoint === undefined
        ? []
        : [{ kind: 'privilege', where, content: `the command ${entrypoint}, run as root at each start` } as const]),
    ];
  });

/** Those of Features, and those of devenv.yaml itself: the environment has both in one. */
const sortOut = (features: readonly TrustNeed[], all: readonly TrustNeed[]): readonly TrustNeed[] => [
  ...all.filter(({ content }) => !features.some((need) => need.content === content)),
  ...features,
];

/** A program of this machine that prints a secret, with the content of the project files that it names. */
export function needOfCommand(name: string, command: readonly string[], content?: CommandContent): TrustNeed {
  const need = { kind: 'command', where: 'secrets', content: `${name}: ${JSON.stringify(command)}` } as const;
  return content?.digest === undefined ? need : { ...need, files: content.paths, digest: content.digest };
}

function needsOfVolume(
  { kind, source, target, readOnly }: VolumeMount,
  where: string,
  links: ReadonlyMap<string, string>,
): TrustNeed[] {
  const at = `at ${target}, ${readOnly ? 'to read' : 'to read and write'}`;
  if (kind === 'host') return [{ kind: 'mount', where, content: `${source} ${at}` }];
  const link = kind === 'folder' ? links.get(source) : undefined;
  return link === undefined ? [] : [{ kind: 'mount', where, content: `${link} (by the link ./${source}) ${at}` }];
}

/** devenv checks what is mounted after its own starts; an engine that starts a container again mounts what is there by then. */
const needsOfRestart = (volumes: readonly VolumeMount[], where: string): TrustNeed[] =>
  volumes
    .filter(({ kind, source }) => kind === 'folder' && source !== '.')
    .map(({ source, target }) => ({
      kind: 'mount',
      where,
      content: `whatever ./${source} is or leads to when the engine starts the service again, at ${target}`,
    }));

/** The folder outside the project that the person agreed to for a link of the project. */
export function findAgreedLink(needs: readonly TrustNeed[], source: string): string | undefined {
  const mark = ` (by the link ./${source}) at `;
  const need = needs.find(({ kind, content }) => kind === 'mount' && content.includes(mark));
  return need?.content.slice(0, need.content.indexOf(mark));
}

/** All security options but no-new-privileges loosen what a container may do. */
const needsOfSecurity = (options: readonly string[], where: string): TrustNeed[] =>
  options
    .filter((option) => !option.startsWith('no-new-privileges'))
    .map((option) => ({ kind: 'privilege', where, content: `the security option ${option}` }));

/** A port that other machines reach. */
const needsOfPorts = (ports: readonly PortMapping[], where: string): TrustNeed[] =>
  ports
    .filter(({ address }) => !address.startsWith('127.'))
    .map(({ address, host, container, protocol }) => {
      const of = host === 0 ? `any port for ${String(container)}` : `port ${String(host)}`;
      return { kind: 'privilege', where, content: `${of} (${protocol}) open to other machines, at ${address}` };
    });

const engineSocketText = "the engine's own socket, which is as good as root on its machine";

function needsOfWords({ network, docker }: Environment): TrustNeed[] {
  const need = (where: string, content: string): TrustNeed => ({ kind: 'privilege', where, content });
  return [
    ...(network === 'host'
      ? [need('network', "the network of the engine's machine, with everything that listens on it")]
      : []),
    ...(docker === 'host' ? [need('docker', engineSocketText)] : []),
    ...(docker === 'inside'
      ? [need('docker', 'all capabilities and devices, for an engine of its own: as good as root on its machine')]
      : []),
  ];
}

function needsOfLimits({ capabilities, devices, privileged, engineSocket }: Limits, where: string): TrustNeed[] {
  const need = (content: string): TrustNeed => ({ kind: 'privilege', where, content });
  return [
    ...capabilities.filter((name) => !harmless.has(name)).map((name) => need(`the capability ${name}`)),
    ...devices.map(({ source, target, permissions }) => need(`the device ${source} as ${target} (${permissions})`)),
    ...(privileged ? [need('privileged: all capabilities and devices')] : []),
    ...(engineSocket ? [need(engineSocketText)] : []),
  ];
}
