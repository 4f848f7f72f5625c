import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, libraryPath, prefixes } from './install.ts';
import { diskOf, socketOf, type EngineCommand } from './machine-paths.ts';
import { writePodmanSettings } from './podman-settings.ts';
import type { MachineState } from './state.ts';

/** The engine's user, who exists on that machine only, and the ids for the user's containers. */
export const ordinaryUser = { name: 'ordinary', uid: 71_000, gid: 71_000, lent: { from: 7_100_000, count: 65_536 } };

/**
 * Podman's API service of an ordinary user. A mount namespace gives the user an
 * account, ids for containers, devices for networks and a control group, as a
 * login would. Root's part ends before Podman starts.
 */
export function describeRootless(machine: MachineState): EngineCommand {
  const { folder, mark } = machine;
  const { uid, gid } = ordinaryUser;
  // The cache may be in a folder of root.
  const programs = join(folder, 'programs');
  const move = (path: string): string => path.replaceAll(cacheFolder, programs);
  const at = { podman: move(prefixes.podman), libraries: move(libraryPath) };
  writePodmanSettings(machine, at);
  writeAccount(folder);
  for (const name of ['data', 'run', 'tmp', 'user', 'account', 'networks']) give(join(folder, name));
  const group = `/sys/fs/cgroup/${mark}`;
  const prepare = [
    `mkdir -p ${programs} ${join(folder, 'dev')} && mount --bind ${cacheFolder} ${programs}`,
    `mount -t overlay -o ro,lowerdir=${join(folder, 'etc')}:/etc overlay /etc`,
    `mount -t tmpfs -o mode=755 tmpfs ${join(folder, 'dev')}`,
    ...[
      ['net/tun', '10 200'],
      ['fuse', '10 229'],
    ].flatMap(([name = '', number = '']) => {
      const device = join(folder, 'dev', name.replace('/', '-'));
      return [`mknod -m 666 ${device} c ${number}`, `mount --bind ${device} /dev/${name}`];
    }),
    'mount -t tmpfs -o mode=1777 tmpfs /dev/shm',
    // Only version 2 of control groups gives groups to ordinary users.
    'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    `mkdir -p ${group}/service && chown -R ${uid}:${gid} ${group}`,
    `echo $$ >${group}/service/cgroup.procs`,
    // The tests may run in a folder of root.
    'cd /',
  ].join(' && ');
  return {
    argv: [
      ...['unshare', '--mount', '--propagation', 'slave', 'sh', '-c', `${prepare} && exec "$@"`, 'sh'],
      ...['setpriv', '--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
      join(at.podman, 'usr/bin/podman'),
      ...['--root', diskOf(folder), '--runroot', join(folder, 'run'), '--storage-driver', 'overlay'],
      ...['--runtime', join(move(prefixes.bookworm), 'usr/sbin/runc'), '--cgroup-manager', 'cgroupfs'],
      ...['system', 'service', '--time=0', `unix://${socketOf(machine)}`],
    ],
    path: [
      join(move(prefixes.rootless), 'usr/bin'),
      join(at.podman, 'usr/bin'),
      join(at.podman, 'usr/lib/podman'),
      join(move(prefixes.bookworm), 'usr/sbin'),
    ].join(':'),
    env: {
      LD_LIBRARY_PATH: at.libraries,
      // Not the machine's home, so that the engine finds no login there.
      HOME: join(folder, 'account'),
      USER: ordinaryUser.name,
      XDG_RUNTIME_DIR: join(folder, 'user'),
      CONTAINERS_CONF: join(folder, 'containers.conf'),
      CONTAINERS_REGISTRIES_CONF: join(folder, 'registries.conf'),
      CONTAINERS_STORAGE_CONF: join(folder, 'storage.conf'),
    },
  };
}

/** Makes a folder of the user. */
function give(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chownSync(path, ordinaryUser.uid, ordinaryUser.gid);
}

function writeAccount(folder: string): void {
  const { name, uid, gid, lent } = ordinaryUser;
  const etc = join(folder, 'etc');
  const append = (file: string, line: string): void =>
    writeFileSync(join(etc, file), `${readFileSync(`/etc/${file}`, 'utf8')}${line}\n`);
  append('passwd', `${name}:x:${uid}:${gid}::${join(folder, 'account')}:/bin/sh`);
  append('group', `${name}:x:${gid}:`);
  for (const file of ['subuid', 'subgid']) writeFileSync(join(etc, file), `${name}:${lent.from}:${lent.count}\n`);
}
