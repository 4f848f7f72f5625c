/** The facts that decide how to install a container engine on this machine. */
export interface HostSystem {
  readonly family: HostFamily;
  /** Name of the system: `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
  readonly user: string;
  readonly rights: Rights;
  /** Root in a container without the rights to mount or to create networks. */
  readonly confined: boolean;
  /** systemd runs, and is not only installed. */
  readonly systemd: boolean;
  /** Absolute path of dockerd. A `docker` command alone is not an engine. */
  readonly daemon?: string;
  /** dockerd runs, whether it answers or not. */
  readonly running: boolean;
  /** `forbidden`: it exists, but this user may not use it. */
  readonly socket: 'absent' | 'usable' | 'forbidden';
  /** Pid files of an engine that no longer runs: dockerd refuses to start because of them. */
  readonly stalePidFiles: readonly string[];
  /** The package lists are younger than a day. */
  readonly freshLists: boolean;
  readonly cgroups: Cgroups;
  /**
   * Bytes of the largest outgoing packet, if it is below the 1,500 that engines
   * assume and the engine has no setting for it: downloads would hang.
   */
  readonly packetSize?: number;
  /** Log file of a dockerd that runs without a service manager. */
  readonly daemonLog: string;
}

export type HostFamily = 'debian' | 'fedora' | 'rhel' | 'arch' | 'suse' | 'alpine' | 'wsl' | 'macos' | 'other';

/** How to run programs as root: as root, with sudo, with sudo and a password at this terminal, or not at all. */
export type Rights = 'root' | 'sudo' | 'sudo-password' | 'none';

/** Control groups, which containers need. Without systemd, they may not be mounted. */
export type Cgroups =
  | { readonly kind: 'mounted' }
  | { readonly kind: 'unmounted-v2' }
  | { readonly kind: 'unmounted-v1'; readonly controllers: readonly string[] };

/** An action on this machine as root: plain data. */
export interface HostOperation {
  /** Shown while it runs: `installing docker.io`. */
  readonly title: string;
  /** Shown afterwards, one line: `Installed docker.io.` */
  readonly done: string;
  readonly commands: readonly (readonly string[])[];
  /** Reports a failure and continues: a later operation that needs it fails with a better reason. */
  readonly optional?: boolean;
  /** Log file of the daemon that the program starts. */
  readonly log?: string;
}

/** Installs Debian packages on this machine. The names come from devenv, never from a user. */
export const installPackages = (names: readonly string[]): HostOperation => ({
  title: `installing ${names.join(', ')}`,
  done: `Installed ${names.join(', ')}.`,
  commands: [
    [
      ...['env', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_MODE=l', 'apt-get', 'install', '-y'],
      // Another apt may be running: a fresh machine updates itself in its first minutes.
      ...['--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '--', ...names],
    ],
  ],
});

/** Optional: one broken third-party source makes the command fail although it read the others. */
export const updatePackageLists: HostOperation = {
  title: 'updating the package lists',
  done: 'Updated the package lists.',
  commands: [['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300']],
  optional: true,
};
