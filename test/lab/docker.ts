import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prefixes } from './install.ts';
import { prefixOf, socketOf, type EngineCommand } from './machine-paths.ts';
import type { MachineState } from './state.ts';

/** A dockerd that shares no file, socket or setting with the host's own. */
export function describeDocker(machine: MachineState): EngineCommand {
  const { folder, network } = machine;
  const prefix = prefixOf(machine);
  // A file of its own also keeps the host's /etc/docker/daemon.json out.
  const config = join(folder, 'daemon.json');
  const snapshotter = machine.kind === 'docker-26-containerd';
  writeFileSync(config, JSON.stringify(snapshotter ? { features: { 'containerd-snapshotter': true } } : {}));
  return {
    argv: [
      join(prefix, 'usr/sbin/dockerd'),
      ...['--config-file', config],
      ...['--data-root', join(folder, 'data')],
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
