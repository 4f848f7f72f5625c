import type { Container } from '../model/container.ts';
import type { Environment } from '../model/environment.ts';
import type { Digest } from '../model/version.ts';
import type { WorkspaceSettings } from '../model/workspace.ts';
import { personalCache } from '../image/cache-variables.ts';
import { cacheVolumes } from '../observe/images/builder-spec.ts';
import type { CacheVolume } from '../providers/ecosystem.ts';
import { listNamed } from './network/list-endpoints.ts';
import type { Repository } from './repository/find-repository.ts';
import type { PersonalThings } from './personal/read-personal.ts';
import { readExecDefaults } from '../observe/find-workspace.ts';
import { hashText } from '../lock/hash-json.ts';

/** How the names of volumes begin that the image of a workspace declares. */
export const workspaceVolume = 'workspace';

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
  const { hostname, securityOptions, network, docker, proxy, entrypoints, restricted } = environment;
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
    ...(restricted !== undefined && { restricted }),
    ...(entrypoints !== undefined && { entrypoints }),
  };
}

/** Identity of a workspace: content and settings. Equal on all machines and engines that run the same version. */
export function fingerprintOf(content: Digest, settings: WorkspaceSettings): Digest {
  return hashText(JSON.stringify({ content, settings }));
}

/** Hashes the settings of a workspace: its container is replaced if they change. */
export function hashSettings(environment: Environment, machine: MachineSettings): Digest {
  // Without the file of certificate authorities, which differs from shell to shell.
  const { folder, owner, personal, host, repository } = machine;
  // The order of the keys counts.
  const settings = resolveSettings(environment);
  return hashText(JSON.stringify({ settings, folder, owner, personal: personal?.identity, host, repository }));
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
