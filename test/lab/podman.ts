import { join } from 'node:path';
import { libraryPath, prefixes } from './install.ts';
import { socketOf, type EngineCommand } from './machine-paths.ts';
import { writePodmanSettings } from './podman-settings.ts';
import type { MachineState } from './state.ts';

/**
 * Podman's API service. Podman keeps network namespaces, locks and state in fixed
 * folders of the host; a mount namespace gives it empty ones.
 */
export function describePodman(machine: MachineState): EngineCommand {
  const { folder } = machine;
  writePodmanSettings(machine, { podman: prefixes.podman, pods: prefixes.pods, libraries: libraryPath });
  const places = ['/run/netns', '/run/containers', '/dev/shm'];
  const prepare = [
    ...places.map((place) => `mkdir -p ${place} && mount -t tmpfs tmpfs ${place}`),
    `mkdir -p /etc/containers && mount --bind ${join(folder, 'etc/containers')} /etc/containers`,
  ].join(' && ');
  return {
    argv: [
      ...['unshare', '--mount', '--propagation', 'slave', 'sh', '-c', `${prepare} && exec "$@"`, 'sh'],
      join(prefixes.podman, 'usr/bin/podman'),
      ...['--root', join(folder, 'data'), '--runroot', join(folder, 'run'), '--storage-driver', 'overlay'],
      // crun refuses hybrid control groups.
      ...['--runtime', join(prefixes.bookworm, 'usr/sbin/runc'), '--cgroup-manager', 'cgroupfs'],
      ...['system', 'service', '--time=0', `unix://${socketOf(machine)}`],
    ],
    path: [
      join(prefixes.podman, 'usr/bin'),
      join(prefixes.podman, 'usr/lib/podman'),
      join(prefixes.bookworm, 'usr/sbin'),
    ].join(':'),
    env: {
      CONTAINERS_CONF: join(folder, 'containers.conf'),
      CONTAINERS_REGISTRIES_CONF: join(folder, 'registries.conf'),
      CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    },
  };
}
