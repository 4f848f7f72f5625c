import {
  installPackages,
  updatePackageLists,
  type HostOperation,
  type HostSystem,
  type HostFamily,
} from '../model/host-system.ts';

interface SetupOperation extends HostOperation {
  readonly kind: 'update-lists' | 'configure' | 'install' | 'mount-cgroups' | 'remove-stale' | 'start' | 'allow';
}

type EngineSetup =
  /** The engine runs and does not answer yet. */
  | { readonly kind: 'wait' }
  /** devenv cannot install or start an engine here. */
  | { readonly kind: 'instructions'; readonly reason: string; readonly instructions: string }
  | {
      readonly kind: 'operations';
      readonly question: string;
      readonly instructions: string;
      readonly operations: readonly SetupOperation[];
    };

/** dockerd's configuration file. */
export const daemonSettings = '/etc/docker/daemon.json';

const packages = ['docker.io', 'iptables', 'ca-certificates'] as const;

/** Plans how to get an engine that answers. */
export const planEngineSetup = (system: HostSystem): EngineSetup => {
  const instructions = describeEngineSetup(system);
  if (isForbidden(system)) {
    return {
      kind: 'instructions',
      reason: `A container engine runs here, but ${system.user} may not use it.`,
      instructions,
    };
  }
  if (system.running) return { kind: 'wait' };
  if (system.family !== 'debian') {
    return { kind: 'instructions', reason: `On ${system.name}, devenv cannot install an engine.`, instructions };
  }
  if (system.confined) {
    return {
      kind: 'instructions',
      reason: 'This container does not have the rights to run a container engine.',
      instructions,
    };
  }
  if (system.rights === 'none') {
    return { kind: 'instructions', reason: 'Installing a container engine needs root or sudo.', instructions };
  }
  const operations = [
    ...(system.cgroups.kind === 'mounted' || system.systemd ? [] : [mountCgroups(system.cgroups)]),
    ...(system.daemon === undefined ? install(system) : []),
    ...(system.stalePidFiles.length === 0 ? [] : [removeStale(system.stalePidFiles)]),
    start(system),
    ...(system.rights === 'root' ? [] : [allow(system.user)]),
  ];
  return { kind: 'operations', question: ask(system), instructions, operations };
};

const ask = (system: HostSystem): string => {
  const group =
    system.rights === 'root' ? '' : `, and let ${system.user} use it (group docker, which is as powerful as root)`;
  return system.daemon === undefined
    ? `No container engine found. Install docker.io and start it${group}?`
    : `The container engine is installed but does not run. Start it${group}?`;
};

const install = (system: HostSystem): readonly SetupOperation[] => [
  ...(system.freshLists ? [] : [{ ...updatePackageLists, kind: 'update-lists' as const }]),
  // First: with systemd, the package starts the engine.
  ...(system.packetSize === undefined ? [] : [configure(system.packetSize)]),
  // acl: gives rights at once. The new group counts only from the next login.
  { ...installPackages([...packages, ...(system.rights === 'root' ? [] : ['acl'])]), kind: 'install' as const },
];

const configure = (packetSize: number): SetupOperation => ({
  kind: 'configure',
  title: 'setting the packet size of the engine',
  done: `Wrote {"mtu": ${packetSize}} to ${daemonSettings}: this network does not carry larger packets.`,
  commands: [
    ['mkdir', '-p', '/etc/docker'],
    ['sh', '-c', 'printf "{\\"mtu\\": %d}\\n" "$1" > "$2"', 'sh', String(packetSize), daemonSettings],
  ],
});

const mountCgroups = (cgroups: Exclude<HostSystem['cgroups'], { kind: 'mounted' }>): SetupOperation => {
  const root = '/sys/fs/cgroup';
  const commands =
    cgroups.kind === 'unmounted-v2'
      ? [['mount', '-t', 'cgroup2', 'cgroup2', root]]
      : [
          ['mount', '-t', 'tmpfs', '-o', 'mode=0755', 'cgroup', root],
          ...cgroups.controllers.flatMap((controller) => [
            ['mkdir', '-p', `${root}/${controller}`],
            ['mount', '-t', 'cgroup', '-o', controller, 'cgroup', `${root}/${controller}`],
          ]),
        ];
  return {
    kind: 'mount-cgroups',
    title: 'mounting control groups',
    done: 'Mounted control groups at /sys/fs/cgroup.',
    commands,
    optional: true,
  };
};

const removeStale = (files: readonly string[]): SetupOperation => ({
  kind: 'remove-stale',
  title: 'removing stale pid files of the engine',
  done: `Removed ${files.join(', ')}: the process no longer runs.`,
  commands: [['rm', '-f', '--', ...files]],
});

const start = (system: HostSystem): SetupOperation => {
  const daemon = system.daemon ?? '/usr/sbin/dockerd';
  const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  return system.systemd
    ? {
        kind: 'start',
        title: 'starting the engine',
        done: 'Started the docker service, now and at every boot.',
        commands: [['systemctl', 'enable', '--now', 'docker.service']],
      }
    : {
        kind: 'start',
        title: 'starting the engine',
        done: `Started ${daemon}, with its log in ${system.daemonLog}. It does not start at the next boot.`,
        commands: [['env', path, 'setsid', '--fork', daemon]],
        log: system.daemonLog,
      };
};

const allow = (user: string): SetupOperation => ({
  kind: 'allow',
  title: `letting ${user} use the engine`,
  done: `Added ${user} to the group docker, and gave access for this session.`,
  commands: [
    ['usermod', '-aG', 'docker', user],
    ['setfacl', '-m', `u:${user}:rw`, '/var/run/docker.sock'],
  ],
  optional: true,
});

const lines = (...commands: readonly string[]): string => commands.map((command) => `\n  ${command}`).join('');

const afterwards = 'sudo usermod -aG docker "$USER"    # then log in again';

const byFamily: Readonly<Record<HostFamily, string>> = {
  debian: `As root:${lines('apt-get update', 'apt-get install -y docker.io iptables ca-certificates')}`,
  fedora: `Run:${lines('sudo dnf install -y moby-engine', 'sudo systemctl enable --now docker', afterwards)}`,
  rhel: `Run:${lines('sudo dnf install -y podman', 'systemctl --user enable --now podman.socket')}`,
  arch: `Run:${lines('sudo pacman -S --needed docker', 'sudo systemctl enable --now docker', afterwards)}`,
  suse: `Run:${lines('sudo zypper install -y docker', 'sudo systemctl enable --now docker', afterwards)}`,
  alpine: `Run:${lines('sudo apk add docker', 'sudo rc-update add docker', 'sudo service docker start')}`,
  wsl:
    'Install Docker Desktop on Windows and turn on Settings > Resources > WSL integration for this distribution, ' +
    `or run:${lines('sudo apt-get update', 'sudo apt-get install -y docker.io', 'sudo service docker start', afterwards)}`,
  macos: `Start Docker Desktop or OrbStack, or run:${lines('brew install colima docker', 'colima start')}`,
  other: 'Install Docker (https://docs.docker.com/engine/install/) or Podman, and start it.',
};

/** Instructions for installing an engine on this machine, with commands to copy. */
const describeEngineSetup = (system: HostSystem): string => {
  if (isForbidden(system)) {
    return `Run:${lines(afterwards)}\nor run devenv with sudo.`;
  }
  if (system.confined) {
    return 'Give this container access to the engine of its host (the socket, or DOCKER_HOST), or run it with --privileged.';
  }
  if (system.family !== 'debian') return byFamily[system.family];
  const begin = system.systemd ? 'systemctl enable --now docker' : 'setsid --fork dockerd > /var/log/dockerd.log 2>&1';
  const manual =
    system.daemon === undefined ? `${byFamily.debian}${lines(begin)}` : `Start the engine, as root:${lines(begin)}`;
  return system.rights === 'none'
    ? manual
    : `Run \`devenv up --yes\` to do this automatically, or do it yourself. ${manual}`;
};

/** True if a socket that is served refuses this user. systemd serves it before the engine runs. */
const isForbidden = (system: HostSystem): boolean =>
  system.socket === 'forbidden' && (system.running || system.systemd);
