import type { HostFamily, HostSystem } from '../model/host-system.ts';

const join = (...commands: readonly string[]): string => commands.map((command) => `\n  ${command}`).join('');

const afterwards = 'sudo usermod -aG docker "$USER"    # then log in again';

const byFamily: Readonly<Record<HostFamily, string>> = {
  debian: `As root:${join('apt-get update', 'apt-get install -y docker.io iptables ca-certificates')}`,
  fedora: `Run:${join('sudo dnf install -y moby-engine', 'sudo systemctl enable --now docker', afterwards)}`,
  rhel: `Run:${join('sudo dnf install -y podman', 'systemctl --user enable --now podman.socket')}`,
  arch: `Run:${join('sudo pacman -S --needed docker', 'sudo systemctl enable --now docker', afterwards)}`,
  suse: `Run:${join('sudo zypper install -y docker', 'sudo systemctl enable --now docker', afterwards)}`,
  alpine: `Run:${join('sudo apk add docker', 'sudo rc-update add docker', 'sudo service docker start')}`,
  wsl:
    'Install Docker Desktop on Windows and turn on Settings > Resources > WSL integration for this distribution, ' +
    `or run:${join('sudo apt-get update', 'sudo apt-get install -y docker.io', 'sudo service docker start', afterwards)}`,
  macos: `Start Docker Desktop or OrbStack, or run:${join('brew install colima docker', 'colima start')}`,
  other: 'Install Docker (https://docs.docker.com/engine/install/) or Podman, and start it.',
};

/** What a person can do to get an engine on exactly this machine. Several lines, ready to be copied. */
export const describeEngineSetup = (system: HostSystem): string => {
  if (isForbidden(system)) {
    return `Run:${join(afterwards)}\nor run devenv with sudo.`;
  }
  if (system.confined) {
    return 'Give this container the engine of its host (its socket, or DOCKER_HOST), or run it with --privileged.';
  }
  if (system.family !== 'debian') return byFamily[system.family];
  const begin = system.systemd ? 'systemctl enable --now docker' : 'setsid --fork dockerd > /var/log/dockerd.log 2>&1';
  const manual =
    system.daemon === undefined ? `${byFamily.debian}${join(begin)}` : `Start the engine, as root:${join(begin)}`;
  return system.rights === 'none' ? manual : `Run \`devenv up --yes\` to have it done, or do it yourself. ${manual}`;
};

/** A socket that nobody serves forbids nothing; systemd serves one before the engine runs. */
export const isForbidden = (system: HostSystem): boolean =>
  system.socket === 'forbidden' && (system.running || system.systemd);
