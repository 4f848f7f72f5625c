import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLab, sweep } from './end.ts';
import { startEngine } from './engine-daemon.ts';
import { installOnHost } from './install-on-host.ts';
import { install } from './install.ts';
import { diskOf } from './machine-paths.ts';
import { openMachine, type Machine } from './machine.ts';
import { chooseNetwork, createNetwork, plugIn } from './network.ts';
import { identify } from './process-table.ts';
import { openRegistry, type LabRegistry } from './registry.ts';
import { run } from './run.ts';
import { readState, writeState, type LabState, type MachineKind } from './state.ts';

/** Real engines and a real registry, in networks of their own. */
export interface Lab<Name extends string = string> {
  readonly folder: string;
  readonly machines: Readonly<Record<Name, Machine>>;
  readonly registry: LabRegistry;
  /** Writes the registry's login into a machine's home. */
  readonly login: (name: Name) => Promise<void>;
  /** Ends every process and removes all files of the lab. */
  readonly stop: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

export interface LabOptions<Name extends string> {
  readonly machines: Readonly<Record<Name, MachineKind>>;
  /** Absent: a new one below the temporary folder. Its name starts with `teamvm-lab-`. */
  readonly folder?: string;
  /** Keeps all files of the lab in memory, up to this size (as `mount -o size=` takes it). Default: on the host's disk. */
  readonly memory?: string;
  /** Stays up when this process ends. */
  readonly detached?: boolean;
  /** Disks for the data of engines. Default: the host's. */
  readonly disks?: Readonly<Partial<Record<Name, LabDisk>>>;
}

/** A disk of one machine. */
export interface LabDisk {
  /** As `mount -o size=` and truncate take it. */
  readonly size: string;
  /** In memory, or a new file system in a sparse file. */
  readonly on: 'memory' | 'file';
  /** Of the file system in a file. `xfs`: files can share blocks. Default: ext4. */
  readonly type?: 'ext4' | 'xfs';
}

/** Ends the labs of crashed processes and starts a new one. Needs root on Debian or Ubuntu. */
export async function startLab<Name extends string>(options: LabOptions<Name>): Promise<Lab<Name>> {
  const kinds = Object.entries<MachineKind>(options.machines);
  const rootless = kinds.some(([, kind]) => kind === 'podman-rootless');
  await Promise.all([install({ podman: rootless || kinds.some(([, kind]) => kind === 'podman'), rootless }), sweep()]);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'teamvm-lab-')));
  await mkdir(folder, { recursive: true });
  if (options.memory !== undefined) await mountMemory(folder, options.memory);
  // A machine may belong to an ordinary user.
  await chmod(folder, 0o711);
  const mark = `teamvm-${randomBytes(3).toString('hex')}`;
  const network = await chooseNetwork(mark);
  const owner = options.detached ? undefined : identify(process.pid);
  const machines = kinds.map(([name, kind], index) => ({
    name,
    kind,
    folder: join(folder, name),
    namespace: `${mark}-${name}`,
    line: `${network.bridge}v${index}`,
    ip: `${network.subnet}.${index + 2}`,
    network,
    mark,
  }));
  const state: LabState = {
    version: 1,
    mark,
    folder,
    ...(owner && { owner }),
    network,
    machines: Object.fromEntries(machines.map((machine) => [machine.name, machine])),
    registry: {
      folder: join(folder, 'registry'),
      host: `${network.subnet}.1:5000`,
      username: 'teamvm',
      password: randomBytes(12).toString('hex'),
      mark,
    },
  };
  writeState(state);
  try {
    await createNetwork(network, mark);
    for (const machine of machines) await plugIn(machine);
    for (const [name, disk] of Object.entries<LabDisk | undefined>(options.disks ?? {}))
      if (disk !== undefined) await mountDisk(join(folder, name), disk);
    await Promise.all([openRegistry(state.registry).start(), ...machines.map((machine) => startEngine(machine))]);
    return openLab<Name>(state);
  } catch (error) {
    await endLab(state);
    throw error;
  }
}

async function mountDisk(machine: string, { size, on, type = 'ext4' }: LabDisk): Promise<void> {
  const path = diskOf(machine);
  await mkdir(path, { recursive: true });
  if (on === 'memory') return mountMemory(path, size);
  const file = join(machine, 'disk');
  await run('truncate', ['--size', size, file]);
  if (type === 'xfs') await installOnHost([['xfsprogs', 'mkfs.xfs']]);
  await run(`mkfs.${type}`, type === 'xfs' ? ['-q', '-m', 'reflink=1', file] : ['-q', file]);
  // Direct IO: the host's cache would hold all data twice.
  const device = (await run('losetup', ['--find', '--show', '--direct-io=on', file])).trim();
  await run('mount', [device, path]);
  // Removed with the last mount.
  await run('losetup', ['--detach', device]);
}

async function mountMemory(path: string, size: string): Promise<void> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
}

/** A running lab, by its folder. Throws if there is none. */
export function attachLab<Name extends string = string>(folder: string): Lab<Name> {
  const state = readState(folder);
  if (!state) throw new Error(`no lab in ${folder}: start one with: npx tsx test/lab/cli.ts start`);
  return openLab<Name>(state);
}

function openLab<Name extends string>(state: LabState): Lab<Name> {
  const entries = Object.values(state.machines).map((machine) => [machine.name, openMachine(machine)] as const);
  const machines = Object.fromEntries(entries) as Record<Name, Machine>;
  const registry = openRegistry(state.registry);
  const stop = (): Promise<void> => endLab(state);
  return {
    folder: state.folder,
    machines,
    registry,
    login: async (name) => {
      const file = join(machines[name].home, '.docker/config.json');
      // Replaced atomically: other tests read it at the same time.
      const part = `${file}.${randomUUID()}`;
      await writeFile(part, registry.dockerConfig());
      await rename(part, file);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
