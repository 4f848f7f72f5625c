import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { importBase } from '../lab/base.ts';
import type { Machine } from '../lab/machine.ts';
import { tryRun } from '../lab/run.ts';
import { copyProgram, devenv, startDevenv, tryDevenv, type Outcome, type Running } from './devenv.ts';

/** A base that is on the machine already, so that no test waits for one. */
export const readyBase = 'devenv-test/base:1';

/** The command of a service that does nothing. Ends at once when it is asked to, which a plain sleep as the first process of a container does not. */
export const idle = `trap 'exit 0' TERM; while :; do sleep 1 & wait $!; done`;

/**
 * How a person installs packages inside, where other tests do so on the same machine: their lists and archives are the
 * same. Waits while a build updates the lists.
 */
export const aptInstall =
  'flock --shared /var/lib/apt/lists/devenv.lock flock /var/cache/apt/test.lock apt-get install -y -qq --no-install-recommends -o Dir::Cache::archives=devenv-archives/';

export interface ProjectOptions {
  /** Lines of devenv.yaml besides version, name and base. */
  readonly yaml?: string;
  /** An existing folder, to work in the same project from another machine. */
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Default: readyBase. */
  readonly base?: string;
}

/** A project folder and a machine to work on it. */
export interface Project {
  readonly name: string;
  readonly folder: string;
  readonly machine: Machine;
  readonly env: Readonly<Record<string, string>>;
  /** Writes devenv.yaml anew: what is given, besides version, name and base. */
  readonly declare: (yaml: string) => Promise<void>;
  readonly write: (path: string, text: string, mode?: number) => Promise<void>;
  readonly run: (...args: string[]) => Promise<string>;
  readonly attempt: (args: readonly string[], extra?: Extra) => Promise<Outcome & { readonly bytes: Buffer }>;
  readonly start: (args: readonly string[], extra?: Extra) => Running;
  readonly json: <T = Record<string, unknown>>(...args: string[]) => Promise<T>;
  /** `name state` of every workspace container of this folder. */
  readonly containers: () => Promise<readonly string[]>;
  /** Names of every builder of this folder. */
  readonly builders: () => Promise<readonly string[]>;
  /** Names of all volumes without a name of their own. */
  readonly anonymousVolumes: () => Promise<readonly string[]>;
  /** Runs `ps` in the workspace and gives the command lines. */
  readonly processes: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/**
 * Removes containers, networks and volumes with the label $1, and images whose names match $2. Without devenv: what
 * `destroy` does is tested where it is the subject, and takes three times as long.
 */
const removeAll = `
each() { ids=$(cat); [ -z "$ids" ] || "$0" "$@" $ids >/dev/null; }
"$0" ps --all --quiet --filter "$1" | each rm --force --volumes
"$0" network ls --quiet --filter "$1" | each network rm
"$0" volume ls --quiet --filter "$1" | each volume rm
"$0" images --format '{{.Repository}}:{{.Tag}}' | grep -E "$2" | each rmi`;

interface Extra {
  readonly folder?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
}

/** Opens a new project of that name on a machine. `remove` removes everything of it from the engine and the disk. */
export async function openProject(machine: Machine, name: string, options: ProjectOptions = {}): Promise<Project> {
  await importBase(machine, readyBase);
  const root =
    options.folder === undefined ? await mkdtemp(join(tmpdir(), `devenv-${name}-`)) : dirname(options.folder);
  const folder = options.folder ?? join(root, 'project');
  await mkdir(folder, { recursive: true });
  const { owner } = machine;
  const own = async (...paths: string[]): Promise<void> => {
    if (owner !== undefined) for (const path of paths) await chown(path, owner.uid, owner.gid);
  };
  await own(root, folder);
  const program = owner && join(root, 'program');
  if (program !== undefined) await copyProgram(program);
  const env = {
    ...machine.env,
    XDG_STATE_HOME: join(root, `state-${machine.name}`),
    XDG_CONFIG_HOME: join(root, `config-${machine.name}`),
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'user.name',
    GIT_CONFIG_VALUE_0: `Person ${machine.name.toUpperCase()}`,
    GIT_CONFIG_KEY_1: 'user.email',
    GIT_CONFIG_VALUE_1: `${machine.name}@example.com`,
    ...options.env,
  };
  const here = (extra: Extra = {}) => ({
    folder,
    ...(program && { program, owner }),
    ...extra,
    env: { ...env, ...extra.env },
  });
  const list = async (...args: string[]): Promise<readonly string[]> =>
    (await machine.cli(args)).split('\n').filter((line) => line !== '');
  const project: Project = {
    name,
    folder,
    machine,
    env,
    declare: (yaml) =>
      project.write('devenv.yaml', `version: 1\nname: ${name}\nbase: ${options.base ?? readyBase}\n${yaml}`),
    write: async (path, text, mode = 0o644) => {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text, { mode });
      await own(dirname(join(folder, path)), join(folder, path));
    },
    run: (...args) => devenv(args, here()),
    attempt: (args, extra) => tryDevenv(args, here(extra)),
    start: (args, extra) => startDevenv(args, here(extra)),
    json: async <T>(...args: string[]) => JSON.parse(await devenv([...args, '--json'], here())) as T,
    containers: () =>
      list('ps', '-a', '--filter', `label=dev.teamvm.folder=${folder}`, '--format', '{{.Names}} {{.State}}'),
    builders: async () => {
      const prefix = `devenv-build-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}-`;
      const names = await list('ps', '-a', '--filter', 'label=dev.teamvm.role=builder', '--format', '{{.Names}}');
      return names.filter((each) => each.startsWith(prefix));
    },
    anonymousVolumes: async () =>
      (await list('volume', 'ls', '--format', '{{.Name}}')).filter((each) => /^[0-9a-f]{64}$/.test(each)),
    processes: async () => {
      const [found = ''] = await project.containers();
      const script = 'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline; echo; done';
      return machine.cli(['exec', '-u', '0', found.split(' ')[0] ?? '', 'sh', '-c', script]);
    },
    remove: async () => {
      const images = `^(localhost/)?devenv(/${name}:|-snapshot/devenv-${name}-)`;
      await tryRun('sh', ['-c', removeAll, machine.docker, `label=dev.teamvm.folder=${folder}`, images], {
        env: machine.env,
      });
      await rm(root, { recursive: true, force: true });
    },
  };
  await project.declare(options.yaml ?? '');
  return project;
}
