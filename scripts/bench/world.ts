import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { importBase } from '../../test/lab/base.ts';
import { installDevcontainers } from '../../test/lab/devcontainers-cli.ts';
import { giveDockerPlugins } from '../../test/lab/docker-plugins.ts';
import { startLab, type Lab, type LabDisk } from '../../test/lab/lab.ts';
import type { Machine } from '../../test/lab/machine.ts';
import { run } from '../../test/lab/run.ts';
import type { MachineKind } from '../../test/lab/state.ts';

const own = resolve(import.meta.dirname, '../../bin/devenv.js');

/** Where a program is measured: one engine, one registry, one process tree. */
export interface World {
  readonly lab: Lab;
  readonly machine: Machine;
  readonly folder: string;
  readonly base: string;
  /** Where in the registry its images are. */
  readonly repository: string;
  /** Makes a project folder with these files. */
  readonly project: (name: string, files: Readonly<Record<string, string>>) => Promise<string>;
  /** Each runs a program to its end and throws where it fails. */
  readonly devenv: (cwd: string, ...args: string[]) => Promise<string>;
  /** Another program, with the same engine. */
  readonly run: (program: string, cwd: string, ...args: string[]) => Promise<string>;
  readonly docker: (cwd: string, ...args: string[]) => Promise<string>;
  readonly devcontainer: (cwd: string, ...args: string[]) => Promise<string>;
  readonly node: (...args: string[]) => Promise<string>;
}

export interface WorldOptions {
  readonly kind?: MachineKind;
  /** Path of another build of devenv to compare with. */
  readonly before?: string | undefined;
  /** File system of the engine's data. Default: ext4. */
  readonly type?: LabDisk['type'];
}

/** `before`: the same for the other build, on an engine of the same kind: each finds only what it has made itself. */
export interface Worlds extends World, AsyncDisposable {
  readonly before?: World;
}

export async function openWorld({ kind = 'docker-26', before, type }: WorldOptions = {}): Promise<Worlds> {
  const cli = await installDevcontainers();
  // A new file system each time: ext4 passes one by one over what was deleted within the last minutes, by an earlier run
  // or whoever, so whoever writes many files takes up to five times as long.
  const disk: LabDisk = { size: '64G', on: 'file', ...(type !== undefined && { type }) };
  const names = before === undefined ? ['a'] : ['a', 'b'];
  const forEach = <T>(value: T): Record<string, T> => Object.fromEntries(names.map((name) => [name, value]));
  const lab = await startLab({ machines: forEach(kind), disks: forEach(disk) });
  const folder = await mkdtemp(join(tmpdir(), 'devenv-bench-'));
  const open = (name: string, bin: string): Promise<World> => furnish(lab, name, bin, cli, join(folder, name));
  return {
    ...(await open('a', own)),
    ...(before !== undefined && { before: await open('b', before) }),
    async [Symbol.asyncDispose]() {
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** `bin`, `cli`: paths of devenv and of the Dev Containers CLI. */
async function furnish(lab: Lab, name: string, bin: string, cli: string, folder: string): Promise<World> {
  const machine = lab.machines[name];
  if (machine === undefined) throw new Error(`no machine ${name}`);
  await lab.login(name);
  await giveDockerPlugins(machine.env['DOCKER_CONFIG'] ?? '');
  const base = 'bench-base:latest';
  await importBase(machine, base);
  await mkdir(folder);
  // Node reads the certificates that NODE_EXTRA_CA_CERTS names at each start, 0.1 s for a whole bundle, needed or not.
  // It would hide what is compared: no contender gets it, and the engine has its own.
  const env = { ...machine.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1', CI: '', NODE_EXTRA_CA_CERTS: '' };
  const devcontainerPath = ['--docker-path', machine.docker];
  return {
    ...{ lab, machine, folder, base },
    repository: `${lab.registry.host}/bench-${name}`,
    project: async (project, files) => {
      const root = join(folder, project);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(join(root, path, '..'), { recursive: true });
        await writeFile(join(root, path), text);
      }
      return root;
    },
    devenv: (cwd, ...args) => run(process.execPath, [bin, ...args], { cwd, env }),
    run: (program, cwd, ...args) => run(program, args, { cwd, env }),
    docker: (cwd, ...args) => run(machine.docker, args, { cwd, env }),
    devcontainer: (cwd, command = 'up', ...args) =>
      run(process.execPath, [cli, command, ...devcontainerPath, '--workspace-folder', cwd, ...args], {
        cwd,
        env,
      }),
    node: (...args) => run(process.execPath, args, { env }),
  };
}
