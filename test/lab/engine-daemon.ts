import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startDaemon, waitForDaemon } from './daemon.ts';
import { prefixes } from './install.ts';
import { ping } from './ping.ts';
import type { ProcessId } from './process-table.ts';
import type { MachineState } from './state.ts';

export const socketOf = (machine: MachineState): string => join(machine.folder, 'engine.sock');

/** The folder whose programs make this machine's engine. */
export const prefixOf = (machine: MachineState): string =>
  machine.kind === 'docker-20' ? prefixes.bookworm : prefixes.trixie;

/** Starts a machine's engine in its network namespace and waits until it answers. */
export async function startEngine(machine: MachineState): Promise<ProcessId> {
  const { folder } = machine;
  await mkdir(folder, { recursive: true });
  const log = join(folder, 'engine.log');
  const { file, args, path, env } = describeDocker(machine);
  const id = await startDaemon({
    // `ip netns exec` would mount a new /sys and hide the control groups.
    file: 'nsenter',
    args: [`--net=/run/netns/${machine.namespace}`, file, ...args],
    env: { PATH: `${path}:/usr/sbin:/usr/bin:/sbin:/bin`, HOME: folder, ...env },
    log,
    mark: machine.mark,
  });
  writeFileSync(join(folder, 'engine.json'), JSON.stringify(id));
  await waitForDaemon(id, log, () => ping(socketOf(machine)));
  return id;
}

function describeDocker(machine: MachineState): {
  file: string;
  args: string[];
  path: string;
  env: Record<string, string>;
} {
  const { folder, network } = machine;
  const prefix = prefixOf(machine);
  // A file of its own also keeps the host's /etc/docker/daemon.json out.
  const config = join(folder, 'daemon.json');
  writeFileSync(
    config,
    JSON.stringify({ features: { 'containerd-snapshotter': machine.kind === 'docker-26-containerd' } }),
  );
  return {
    file: join(prefix, 'usr/sbin/dockerd'),
    args: [
      ['--config-file', config],
      ['--data-root', join(folder, 'data')],
      ['--exec-root', join(folder, 'exec')],
      ['--pidfile', join(folder, 'dockerd.pid')],
      ['-H', `unix://${socketOf(machine)}`],
      ['--insecure-registry', `${network.subnet}.0/24`],
      ['--cgroup-parent', `/${machine.mark}`],
      ['--mtu', `${network.mtu}`],
      ['--userland-proxy-path', join(prefix, 'usr/sbin/docker-proxy')],
    ].flat(),
    path: [
      join(prefix, 'usr/sbin'),
      join(prefix, 'usr/bin'),
      join(prefixes.bookworm, 'usr/sbin'),
      join(prefixes.bookworm, 'usr/bin'),
    ].join(':'),
    env: { LD_LIBRARY_PATH: join(prefixes.bookworm, 'lib/x86_64-linux-gnu') },
  };
}
