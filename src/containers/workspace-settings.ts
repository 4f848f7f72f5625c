import { createHash } from 'node:crypto';
import type { ContainerSpec, Mount, Container } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { Digest, Version } from '../model/version.ts';
import type { ExecDefaults, WorkspaceSettings } from '../model/workspace.ts';
import { joinAuthorities, listAuthorityVariables } from '../model/network/certificate-authorities.ts';
import { cacheVariables, personalCache } from '../image/cache-variables.ts';
import { cacheVolumes } from '../observe/images/builder-spec.ts';
import type { CacheVolume } from '../providers/ecosystem.ts';
import { labels } from '../observe/labels.ts';
import { labelPlace, nameResource, resolveVolume, type Place } from '../observe/place.ts';
import { listNamed } from './network/list-endpoints.ts';
import { expandEnv } from './expand-env.ts';
import { innerEngineStopTimeout, startInnerEngine } from './inner-engine.ts';
import { mountRepository, type Repository } from './repository/find-repository.ts';
import { printPersonal } from './personal/personal-label.ts';
import type { PersonalThings } from './personal/read-personal.ts';
import { workspaceStopTimeout } from './stop-timeouts.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';

/** How the names of volumes begin that the image of a workspace declares. */
export const workspaceVolume = 'workspace';

/** The authorities of the machine, and those with the image's own: in memory, since what is in the layer would be left out of each commit. */
const caTarget = { own: '/run/devenv/ca.crt', all: '/dev/shm/devenv-ca.crt' };

/** Package caches that all workspaces of a machine share with its builds. */
export const sharedCaches: readonly CacheVolume[] = cacheVolumes.filter(({ inWorkspaces }) => inWorkspaces);

/** Settings of this machine, which do not count as a difference between workspaces. */
export interface MachineSettings {
  readonly folder: string;
  /** Owner of the project folder on the host. */
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly caFile: string | undefined;
  /** Variables of the person that `env` refers to, as far as they are set. */
  readonly host?: Readonly<Record<string, string>>;
  /** The repository of a worktree or submodule that is mounted. */
  readonly repository?: Repository;
  /** What the person adds. */
  readonly personal?: PersonalThings;
}

/** The settings that devenv.yaml asks for. */
export function resolveSettings(environment: Environment): WorkspaceSettings {
  const { hostname, securityOptions, network, docker, proxy, entrypoints } = environment;
  const named = listNamed(environment.attachments);
  return {
    user: environment.user,
    env: Object.fromEntries(Object.entries(environment.env).sort(([a], [b]) => (a < b ? -1 : 1))),
    mounts: [
      { kind: 'project', target: environment.folder },
      ...sharedCaches.map(({ target }) => ({ kind: 'cache', target }) as const),
      { kind: 'cache', target: personalCache },
      { kind: 'temp', target: '/tmp' },
      ...environment.volumes,
    ],
    workingDir: environment.folder,
    ports: environment.ports,
    limits: environment.limits,
    ...(environment.init && { init: true }),
    ...(hostname !== undefined && { hostname }),
    ...(securityOptions.length > 0 && { security_opt: securityOptions }),
    ...(network !== undefined ? { network } : named.length > 0 && { network: named }),
    ...(docker !== undefined && { docker }),
    ...(proxy !== undefined && { proxy }),
    ...(entrypoints !== undefined && { entrypoints }),
  };
}

/** Identity of a workspace: content and settings. Equal on all machines and engines that run the same version. */
export function fingerprintOf(content: Digest, settings: WorkspaceSettings): Digest {
  return sha256({ content, settings });
}

/** Hashes the settings of a workspace: its container is replaced if they change. */
export function hashSettings(environment: Environment, machine: MachineSettings): Digest {
  // Without the file of certificate authorities, which differs from shell to shell.
  const { folder, owner, personal, host, repository } = machine;
  return sha256({
    settings: resolveSettings(environment),
    folder,
    owner,
    personal: personal?.identity,
    host,
    repository,
  });
}

/**
 * Describes the container of a version on this machine. `rootless`: root in a
 * container is the person on the host. `inherited`: variables of the image.
 * Throws CONFIG_INVALID if `env` refers to another one.
 */
export function resolveContainer(
  environment: Environment,
  version: Pick<Version, 'number' | 'content'>,
  image: string,
  workspace: string,
  machine: MachineSettings,
  rootless: boolean,
  inherited: readonly string[] = [],
): ContainerSpec {
  const settings = resolveSettings(environment);
  const { docker, limits, securityOptions } = environment;
  // Letters and digits alone, as the specification of Features wants it.
  const id = sha256([environment.name, machine.folder, workspace]).slice('sha256:'.length);
  const entrypoints = (environment.entrypoints ?? []).map((line) => line.replaceAll('${devcontainerId}', id));
  const exec = resolveExec(environment, settings, machine, rootless, inherited);
  const place = { project: environment.name, folder: machine.folder, workspace };
  const mounts = settings.mounts.map((mount) => resolveMount(mount, place, machine));
  if (machine.repository !== undefined)
    mounts.push(...mountRepository(machine.repository, machine.folder, environment.folder));
  if (machine.caFile !== undefined)
    mounts.push({ kind: 'bind', source: machine.caFile, target: caTarget.own, readOnly: true });
  const joined = machine.caFile === undefined ? '' : `${joinAuthorities(caTarget.own, caTarget.all)}; `;
  return {
    name: nameResource(place),
    image,
    hostname: environment.hostname ?? environment.name.replaceAll(/[._]/g, '-'),
    // A shell as first process: it reaps orphans, and a stop ends it at once.
    command: [
      '/bin/sh',
      '-c',
      `${joined}${docker === 'inside' ? startInnerEngine(environment.user) : 'trap "exit 0" TERM INT; '}${entrypoints.length === 0 ? '' : runEntrypoints}while :; do sleep 86400 & wait $!; done`,
      ...(entrypoints.length === 0 ? [] : ['devenv', ...entrypoints]),
    ],
    // Empty, since an engine's commit writes it into the image. Commands get variables when they run.
    env: [],
    labels: {
      ...labelPlace('workspace', place),
      [labels.version]: String(version.number),
      [labels.content]: version.content,
      [labels.settings]: hashSettings(environment, machine),
      [labels.exec]: JSON.stringify(exec),
      ...(machine.personal !== undefined && { [labels.personal]: printPersonal(machine.personal) }),
    },
    user: 'root',
    workingDir: environment.folder,
    mounts,
    project: machine.folder,
    limits: {
      ...limits,
      privileged: limits.privileged || docker === 'inside',
      engineSocket: limits.engineSocket || docker === 'host',
    },
    ...(environment.init && { init: true }),
    ...(securityOptions.length > 0 && { securityOptions }),
    ...(environment.network === 'host' && { network: 'host' }),
    stopTimeout: docker === 'inside' ? innerEngineStopTimeout : workspaceStopTimeout,
  };
}

/** One that fails, or that sh does not understand, keeps neither the others nor the workspace from running. */
const runEntrypoints = 'for each; do /bin/sh -c "$each" </dev/null; done; ';

function resolveExec(
  environment: Environment,
  settings: WorkspaceSettings,
  machine: MachineSettings,
  rootless: boolean,
  inherited: readonly string[],
): ExecDefaults {
  // New files in the project must belong to its owner on the host. Root on the host, or of a rootless engine, is root
  // inside; others are the environment's user, with owners mapped if the numbers differ.
  const asRoot = machine.owner.uid === 0 || rootless || settings.user === 'root';
  const home = settings.user === 'root' ? '/root' : `/home/${settings.user}`;
  const ca = machine.caFile === undefined ? {} : listAuthorityVariables(caTarget.own, caTarget.all);
  const authorities = Object.entries(ca).map(([name, value]) => `${name}=${value}`);
  const own = [`HOME=${home}`, `USER=${settings.user}`, ...authorities, ...cacheVariables(environment, home)];
  const declared = { ...expandEnv(settings.env, [...inherited, ...own], machine.host), ...machine.personal?.env };
  return {
    user: asRoot ? '0:0' : settings.user,
    env: [...own, ...Object.entries(declared).map(([name, value]) => `${name}=${value}`)],
    // From there alone git finds a repository that the project names relative to itself.
    workingDir: machine.repository?.relative === true ? machine.folder : settings.workingDir,
    ...(machine.repository !== undefined && { repository: machine.repository.common }),
    ...((environment.proxy ?? machine.personal?.proxy) === true && { proxy: true }),
    settings,
  };
}

function resolveMount(mount: WorkspaceSettings['mounts'][number], place: Place, machine: MachineSettings): Mount {
  switch (mount.kind) {
    case 'project':
      return { kind: 'bind', source: machine.folder, target: mount.target };
    case 'temp':
      return { kind: 'volume', source: '', target: mount.target };
    case 'cache':
      return { kind: 'volume', source: cacheVolume(mount.target, machine.owner.uid), target: mount.target };
    case 'volume':
    case 'folder':
    case 'host':
      return resolveVolume(place, mount);
  }
}

function cacheVolume(target: string, uid: number): string {
  return sharedCaches.find((shared) => shared.target === target)?.name ?? `devenv-cache-${String(uid)}`;
}

/** Hashes the JSON of a value; the code above fixes the order of keys. */
function sha256(value: unknown): Digest {
  return `sha256:${createHash('sha256').update(JSON.stringify(value)).digest('hex')}`;
}

/** Names the keys of devenv.yaml whose settings differ from those that a container was created with. */
export function listChanged(environment: Environment, container: Container): readonly string[] {
  const [before, now] = [readExecDefaults(container).settings, resolveSettings(environment)].map(nameKeys);
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(now ?? {})])];
  return keys.filter((key) => JSON.stringify(before?.[key]) !== JSON.stringify(now?.[key]));
}

const nameKeys = ({ workingDir, mounts, ...settings }: WorkspaceSettings): Readonly<Record<string, unknown>> => ({
  folder: workingDir,
  volumes: mounts.filter(({ kind }) => kind !== 'project'),
  ...settings,
});
