import { daemonSettings } from './plan-engine-setup.ts';
import type { Cgroups, HostFamily, HostSystem } from '../model/host-system.ts';
import { hasFreshLists, observeRights } from '../image/base/observe-rights.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { Machine } from '../ports/machine.ts';
import type { Processes } from '../ports/processes.ts';
import type { Prompt } from '../ports/prompt.ts';
import { observeDaemon } from './observe-daemon.ts';

export interface ObserveHostPorts {
  readonly files: HostFiles;
  readonly processes: Processes;
  readonly machine: Machine;
  readonly prompt: Pick<Prompt, 'interactive'>;
}

const socket = '/var/run/docker.sock';
/** Bytes: the packet size that engines assume, and the smallest that IPv4 allows. */
const [usual, smallest] = [1_500, 576];
const daemons = ['/usr/sbin/dockerd', '/usr/bin/dockerd', '/usr/local/bin/dockerd', '/usr/local/sbin/dockerd'];

/** Reads the facts that decide how to install an engine on this machine. */
export const observeHostSystem = async (ports: ObserveHostPorts): Promise<HostSystem> => {
  const { files, processes, machine } = ports;
  const { family, name } = await observeFamily(files, machine);
  const daemon = await findFirst(files, daemons);
  const packetSize = await observePacketSize(files);
  return {
    family,
    name,
    user: machine.user,
    rights: await observeRights(ports),
    confined: machine.platform === 'linux' && machine.uid === 0 && (await isConfined(files)),
    systemd: (await files.kindOf('/run/systemd/system')) === 'folder',
    ...(daemon !== undefined && { daemon }),
    ...(await observeDaemon(files)),
    socket: await observeSocket(ports),
    freshLists: await hasFreshLists(processes),
    cgroups: await observeCgroups(files),
    ...(packetSize !== undefined && { packetSize }),
    daemonLog: machine.uid === 0 ? '/var/log/dockerd.log' : `${machine.stateFolder}/dockerd.log`,
  };
};

const observeFamily = async (files: HostFiles, machine: Machine): Promise<{ family: HostFamily; name: string }> => {
  if (machine.platform === 'darwin') return { family: 'macos', name: 'macOS' };
  if (machine.platform !== 'linux') return { family: 'other', name: machine.platform };
  const kernel = (await files.readText('/proc/sys/kernel/osrelease', 1_000)) ?? '';
  const { family, name } = parseOsRelease((await files.readText('/etc/os-release', 10_000)) ?? '');
  return /microsoft/i.test(kernel) ? { family: 'wsl', name: `${name} in WSL` } : { family, name };
};

/** True without CAP_NET_ADMIN (12) and CAP_SYS_ADMIN (21), which container networks and mounts need. */
const isConfined = async (files: HostFiles): Promise<boolean> => {
  const status = (await files.readText('/proc/self/status', 100_000)) ?? '';
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective === undefined) return false;
  const needed = (1n << 12n) | (1n << 21n);
  return (BigInt(`0x${effective}`) & needed) !== needed;
};

/** Whether this user may use the default socket. */
export const observeSocket = async ({
  files,
  processes,
}: Pick<ObserveHostPorts, 'files' | 'processes'>): Promise<HostSystem['socket']> => {
  if ((await files.kindOf(socket).catch(() => 'other')) === undefined) return 'absent';
  return (await processes.run(['test', '-w', socket])).exitCode === 0 ? 'usable' : 'forbidden';
};

/** An engine needs the unified tree, or a tree with the devices controller. */
const observeCgroups = async (files: HostFiles): Promise<Cgroups> => {
  const mounts = ((await files.readText('/proc/self/mountinfo', 4_000_000)) ?? '').split('\n').map((row) => {
    const [left = '', right = ''] = row.split(' - ');
    return { at: left.split(' ')[4] ?? '', type: right.split(' ')[0], options: right.split(' ')[2] ?? '' };
  });
  const mounted = mounts.some(
    ({ at, type, options }) =>
      (type === 'cgroup2' && at === '/sys/fs/cgroup') || (type === 'cgroup' && options.split(',').includes('devices')),
  );
  if (mounted) return { kind: 'mounted' };
  const rows = ((await files.readText('/proc/cgroups', 100_000)) ?? '').split('\n').map((row) => row.split('\t'));
  const controllers = rows.filter(([name, , , enabled]) => name?.startsWith('#') === false && enabled === '1');
  // A controller of an older hierarchy is not in the unified tree.
  const owned = controllers.some(([, hierarchy]) => hierarchy !== '0');
  const unified = ((await files.readText('/proc/filesystems', 10_000)) ?? '').includes('\tcgroup2\n');
  if (unified && !owned) return { kind: 'unmounted-v2' };
  return { kind: 'unmounted-v1', controllers: controllers.map(([name = '']) => name) };
};

/** Packet size of the default route; absent if the engine's default works or the engine has settings already. */
const observePacketSize = async (files: HostFiles): Promise<number | undefined> => {
  if ((await files.kindOf(daemonSettings)) !== undefined) return undefined;
  const routes = ((await files.readText('/proc/net/route', 1_000_000)) ?? '').split('\n').map((row) => row.split('\t'));
  const [way] =
    routes.find(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000') ?? [];
  if (way === undefined) return undefined;
  const size = Number(await files.readText(`/sys/class/net/${way}/mtu`, 100));
  return Number.isInteger(size) && size >= smallest && size < usual ? size : undefined;
};

const findFirst = async (files: HostFiles, paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) if ((await files.kindOf(path)) === 'file') return path;
  return undefined;
};

const families: Readonly<Record<string, HostFamily>> = {
  debian: 'debian',
  ubuntu: 'debian',
  rhel: 'rhel',
  centos: 'rhel',
  fedora: 'fedora',
  arch: 'arch',
  suse: 'suse',
  opensuse: 'suse',
  alpine: 'alpine',
};

/** Parses /etc/os-release: the family of systems, its name and the code name of the release. */
export const parseOsRelease = (
  text: string,
): { readonly id: string; readonly family: HostFamily; readonly name: string; readonly codename: string } => {
  const values = new Map<string, string>();
  for (const row of text.split('\n')) {
    const [, key, value] = /^([A-Z_]+)=(.*)$/.exec(row.trim()) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, value.replace(/^(['"])(.*)\1$/, '$2'));
  }
  const id = values.get('ID') ?? '';
  // ID_LIKE lists the nearest relative first: clones of RHEL have rhel before fedora.
  const relatives = [id, ...(values.get('ID_LIKE') ?? '').split(' ')];
  const family = relatives.map((name) => families[name]).find((found) => found !== undefined) ?? 'other';
  const codename = values.get('VERSION_CODENAME') ?? '';
  return { id, family, name: values.get('PRETTY_NAME') ?? (id === '' ? 'this system' : id), codename };
};
