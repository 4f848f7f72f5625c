import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { waitForEnd } from './daemon.ts';
import { prefixes } from './install.ts';
import { diskOf, prefixOf, socketOf, type EngineCommand } from './machine-paths.ts';
import { identify } from './process-table.ts';
import type { MachineState } from './state.ts';

/** Runs a program where control groups of version 2 are all that there is. Those that this machine gives to version 1 are missing. */
const withCgroup2 = [
  ...['unshare', '--mount', '--propagation', 'slave', 'sh', '-c'],
  ...['umount -R /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec "$@"', 'sh'],
];

/** A dockerd that shares no file, socket or setting with the host's own. */
export function describeDocker(machine: MachineState): EngineCommand {
  const { folder, network } = machine;
  const prefix = prefixOf(machine);
  // Replaces the host's /etc/docker/daemon.json.
  const config = join(folder, 'daemon.json');
  const snapshotter = machine.kind === 'docker-26-containerd';
  writeFileSync(config, JSON.stringify(snapshotter ? { features: { 'containerd-snapshotter': true } } : {}));
  return {
    argv: [
      ...(machine.kind === 'docker-26-cgroup2' ? withCgroup2 : []),
      join(prefix, 'usr/sbin/dockerd'),
      ...['--config-file', config],
      ...['--data-root', diskOf(folder)],
      ...['--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'dockerd.pid')],
      ...['-H', `unix://${socketOf(machine)}`],
      ...['--insecure-registry', `${network.subnet}.0/24`],
      ...['--cgroup-parent', `/${machine.mark}`],
      ...['--mtu', `${network.mtu}`],
      ...['--userland-proxy-path', join(prefix, 'usr/sbin/docker-proxy')],
    ],
    path: [prefix, prefixes.bookworm].flatMap((at) => [join(at, 'usr/sbin'), join(at, 'usr/bin')]).join(':'),
    env: {},
  };
}

/** After a kill, a zombie of containerd may keep its pid: the next dockerd would wait for it in vain. */
export async function forgetDeadContainerd(machine: MachineState): Promise<void> {
  const path = join(machine.folder, 'exec/containerd/containerd.pid');
  if (!existsSync(path)) return;
  const id = identify(Number(readFileSync(path, 'utf8')));
  if (!id || (await waitForEnd(id, 2_000))) await rm(path, { force: true });
}
