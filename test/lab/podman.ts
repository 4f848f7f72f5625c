import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { libraryPath, prefixes } from './install.ts';
import { socketOf, type EngineCommand } from './machine-paths.ts';
import type { MachineState } from './state.ts';

/**
 * Podman's API service. Podman keeps its network namespaces, locks and runtime
 * state in fixed places of the host, so it gets a mount namespace with empty
 * ones: nothing of it is seen or left outside.
 */
export function describePodman(machine: MachineState): EngineCommand {
  const { folder } = machine;
  writeSettings(machine);
  const places = ['/run/netns', '/run/containers', '/dev/shm'];
  const prepare = [
    ...places.map((place) => `mkdir -p ${place} && mount -t tmpfs tmpfs ${place}`),
    `mkdir -p /etc/containers && mount --bind ${join(folder, 'etc')} /etc/containers`,
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

function writeSettings({ folder, network }: MachineState): void {
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  write('containers.conf', [
    '[containers]',
    // Podman's own limits may lie above the hard ones of this machine.
    'default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]',
    '[engine]',
    `conmon_path = ["${join(prefixes.podman, 'usr/bin/conmon')}"]`,
    // It gets no other variables of Podman's own.
    `conmon_env_vars = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LD_LIBRARY_PATH=${libraryPath}"]`,
    `helper_binaries_dir = ["${join(prefixes.podman, 'usr/lib/podman')}"]`,
    `tmp_dir = "${join(folder, 'tmp')}"`,
    'events_logger = "file"',
    '[network]',
    'network_backend = "netavark"',
    `network_config_dir = "${join(folder, 'networks')}"`,
  ]);
  write('registries.conf', [
    'unqualified-search-registries = ["docker.io"]',
    '[[registry]]',
    `location = "${network.subnet}.1:5000"`,
    'insecure = true',
  ]);
  write('storage.conf', [
    '[storage]',
    'driver = "overlay"',
    `graphroot = "${join(folder, 'data')}"`,
    `runroot = "${join(folder, 'run')}"`,
  ]);
  // Captures look for the trust policy nowhere else.
  mkdirSync(join(folder, 'etc'), { recursive: true });
  write('etc/policy.json', ['{"default": [{"type": "insecureAcceptAnything"}]}']);
}
