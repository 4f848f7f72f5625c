import type { ContainerSpec, Mount } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { Version } from '../model/version.ts';
import type { ExecDefaults, WorkspaceSettings } from '../model/workspace.ts';
import { joinAuthorities, listAuthorityVariables } from '../model/network/certificate-authorities.ts';
import { cacheVariables } from '../image/cache-variables.ts';
import { labels } from '../observe/labels.ts';
import { labelPlace, nameResource, resolveVolume, type Place } from '../observe/place.ts';
import { innerEngineStopTimeout, startInnerEngine } from './inner-engine.ts';
import { mountRepository } from './repository/find-repository.ts';
import { printPersonal } from './personal/personal-label.ts';
import { workspaceStopTimeout } from './stop-timeouts.ts';
import { hashSettings, resolveSettings, sharedCaches, type MachineSettings } from './workspace-settings.ts';
import { printVariables, parseVariables } from '../model/shell/variables.ts';
import { expandEnvValue } from '../environment/env-references.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import { suggestNearest } from '../errors/suggest-nearest.ts';
import { hashToHex } from '../lock/hash-json.ts';

/** The authorities of the machine, and those with the image's own: in memory, since what is in the layer would be left out of each commit. */
const caTarget = { own: '/run/devenv/ca.crt', all: '/dev/shm/devenv-ca.crt' };

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
  const id = hashToHex(JSON.stringify([environment.name, machine.folder, workspace]));
  const entrypoints = (environment.entrypoints ?? []).map((line) => line.replaceAll('${devcontainerId}', id));
  const exec = resolveExec(environment, settings, machine, rootless, inherited);
  const place = { project: environment.name, folder: machine.folder, workspace };
  const mounts = settings.mounts.map((mount) => resolveMount(mount, place, machine));
  if (machine.repository !== undefined)
    mounts.push(...mountRepository(machine.repository, machine.folder, environment.folder));
  if (machine.caFile !== undefined)
    mounts.push({ kind: 'bind', source: machine.caFile, target: caTarget.own, readOnly: true });
  // Each path to the project, that of a repository among them.
  const readOnly = environment.restricted?.readOnlyProject === true;
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
    mounts: readOnly ? mounts.map((one) => (one.kind === 'bind' ? { ...one, readOnly } : one)) : mounts,
    project: machine.folder,
    limits: {
      ...limits,
      privileged: limits.privileged || docker === 'inside',
      engineSocket: limits.engineSocket || docker === 'host',
    },
    ...(environment.init && { init: true }),
    ...(securityOptions.length > 0 && { securityOptions }),
    ...(environment.network !== undefined && { network: environment.network }),
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
  const authorities = printVariables(ca);
  const own = [`HOME=${home}`, `USER=${settings.user}`, ...authorities, ...cacheVariables(environment, home)];
  const declared = { ...expandEnv(settings.env, [...inherited, ...own], machine.host), ...machine.personal?.env };
  return {
    user: asRoot ? '0:0' : settings.user,
    env: [...own, ...printVariables(declared)],
    // From there alone git finds a repository that the project names relative to itself.
    workingDir: machine.repository?.relative === true ? machine.folder : settings.workingDir,
    ...(machine.repository !== undefined && { repository: machine.repository.common }),
    ...((environment.proxy ?? machine.personal?.proxy) === true && { proxy: true }),
    settings,
  };
}

/**
 * Replaces the references in `env`. `inherited`: `NAME=value` of the image and
 * of devenv itself; `host`: variables of the person that were agreed to. Throws
 * CONFIG_INVALID for a name that is not inherited.
 */
function expandEnv(
  env: Readonly<Record<string, string>>,
  inherited: readonly string[],
  host: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const known = parseVariables(inherited);
  const expand = (key: string, value: string): string =>
    expandEnvValue(value, known, host, (name) => {
      const meant = suggestNearest(name, [...known.keys()], (near) => `\${${near}}`);
      return new DevenvError('CONFIG_INVALID', `\`env\` refers to \${${name}}, and the image has no such variable.`, {
        at: `devenv.yaml: env.${key}`,
        hint: `${meant}Give it a default with \${${name}:-…}, or write $$ for a dollar sign.`,
        data: { name },
      });
    });
  return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, expand(key, value)]));
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
