import type { HostFamily, HostSystem } from '../model/host-system.ts';

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
export const describeEngineSetup = (system: HostSystem): string => {
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
export const isForbidden = (system: HostSystem): boolean =>
  system.socket === 'forbidden' && (system.running || system.systemd);
