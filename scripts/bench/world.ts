import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { importBase } from '../../test/lab/base.ts';
import { startLab, type Lab } from '../../test/lab/lab.ts';
import type { Machine } from '../../test/lab/machine.ts';
import { run } from '../../test/lab/run.ts';
import type { MachineKind } from '../../test/lab/state.ts';
import { installPeers, type Peers } from './peers.ts';

const bin = resolve(import.meta.dirname, '../../bin/devenv.js');

/** Where everything is measured: one engine, one registry, one process tree. */
export interface World {
  readonly lab: Lab<'a'>;
  readonly machine: Machine;
  readonly peers: Peers;
  readonly folder: string;
  readonly base: string;
  /** Makes a project folder with these files. */
  readonly project: (name: string, files: Readonly<Record<string, string>>) => Promise<string>;
  /** Each runs a program to its end and throws where it fails. */
  readonly devenv: (cwd: string, ...args: string[]) => Promise<string>;
  readonly docker: (cwd: string, ...args: string[]) => Promise<string>;
  readonly devcontainer: (cwd: string, ...args: string[]) => Promise<string>;
  readonly node: (...args: string[]) => Promise<string>;
}

export async function openWorld(kind: MachineKind = 'docker-26'): Promise<World & AsyncDisposable> {
  const peers = await installPeers();
  // A new file system each time: ext4 passes one by one over what was deleted within the last minutes, by an earlier run
  // or whoever, so whoever writes many files takes up to five times as long.
  const lab = await startLab({ machines: { a: kind }, disks: { a: { size: '64G', on: 'file' } } });
  const machine = lab.machines.a;
  await lab.login('a');
  await peers.givePlugins(machine.env['DOCKER_CONFIG'] ?? '');
  const base = 'bench-base:latest';
  await importBase(machine, base);
  const folder = await mkdtemp(join(tmpdir(), 'devenv-bench-'));
  // Node reads the certificates that NODE_EXTRA_CA_CERTS names at each start, 0.1 s for a whole bundle, needed or not.
  // It would hide what is compared: no contender gets it, and the engine has its own.
  const env = { ...machine.env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1', CI: '', NODE_EXTRA_CA_CERTS: '' };
  const devcontainerPath = ['--docker-path', machine.docker];
  return {
    lab,
    machine,
    peers,
    folder,
    base,
    project: async (name, files) => {
      const project = join(folder, name);
      for (const [path, text] of Object.entries(files)) {
        await mkdir(join(project, path, '..'), { recursive: true });
        await writeFile(join(project, path), text);
      }
      return project;
    },
    devenv: (cwd, ...args) => run(process.execPath, [bin, ...args], { cwd, env }),
    docker: (cwd, ...args) => run(machine.docker, args, { cwd, env }),
    devcontainer: (cwd, command = 'up', ...args) =>
      run(process.execPath, [peers.devcontainer, command, ...devcontainerPath, '--workspace-folder', cwd, ...args], {
        cwd,
        env,
      }),
    node: (...args) => run(process.execPath, args, { env }),
    async [Symbol.asyncDispose]() {
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
