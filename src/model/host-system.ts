/** What decides how a container engine gets onto this machine: observed once, then planned with. */
export interface HostSystem {
  readonly family: HostFamily;
  /** As the system calls itself: `Debian GNU/Linux 12 (bookworm)`. */
  readonly name: string;
  readonly user: string;
  readonly rights: Rights;
  /** Root, but in a container or sandbox that may not mount or make networks. */
  readonly confined: boolean;
  /** systemd runs here, rather than only being installed. */
  readonly systemd: boolean;
  /** Absolute path of dockerd; a `docker` command alone is no engine. */
  readonly daemon?: string;
  /** A dockerd lives, whether it answers or not. */
  readonly running: boolean;
  /** `forbidden`: there, but this user may not use it. */
  readonly socket: 'absent' | 'usable' | 'forbidden';
  /** Files that name a process id which is no engine's any more: dockerd refuses to start because of them. */
  readonly stalePidFiles: readonly string[];
  /** Package lists younger than a day. */
  readonly freshLists: boolean;
  readonly cgroups: Cgroups;
  /**
   * Bytes of the largest packet on the way out, where it is less than the 1,500
   * that engines reckon with and nobody has told them: downloads would hang.
   */
  readonly packetSize?: number;
  /** Where the output of a dockerd goes that no service manager looks after. */
  readonly daemonLog: string;
}

export type HostFamily = 'debian' | 'fedora' | 'rhel' | 'arch' | 'suse' | 'alpine' | 'wsl' | 'macos' | 'other';

/** How programs can be run as root: we are root, sudo asks nothing, sudo asks for a password at this terminal, or not. */
export type Rights = 'root' | 'sudo' | 'sudo-password' | 'none';

/** Control groups: containers cannot run without; outside systemd nobody may have mounted them. */
export type Cgroups =
  | { readonly kind: 'mounted' }
  | { readonly kind: 'unmounted-v2' }
  | { readonly kind: 'unmounted-v1'; readonly controllers: readonly string[] };

/** One thing done to this machine, as root: plain data. */
export interface HostOperation {
  /** While it runs: `installing docker.io`. */
  readonly title: string;
  /** Afterwards, in one line: `Installed docker.io.` */
  readonly done: string;
  readonly commands: readonly (readonly string[])[];
  /** A failure is said, and the next operation tried: the one that needs it fails with a better reason. */
  readonly optional?: boolean;
  /** The program leaves a daemon behind, which writes here. */
  readonly log?: string;
}

/** Debian packages onto this machine. Names are devenv's own, never a user's. */
export const installPackages = (names: readonly string[]): HostOperation => ({
  title: `installing ${names.join(', ')}`,
  done: `Installed ${names.join(', ')}.`,
  commands: [
    [
      ...['env', 'DEBIAN_FRONTEND=noninteractive', 'NEEDRESTART_MODE=l', 'apt-get', 'install', '-y'],
      // Another apt may be at work: a fresh machine updates itself in its first minutes.
      ...['--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', '--', ...names],
    ],
  ],
});

/** One broken third-party source makes the whole command fail although the others were read. */
export const updatePackageLists: HostOperation = {
  title: 'updating the package lists',
  done: 'Updated the package lists.',
  commands: [['apt-get', 'update', '-o', 'DPkg::Lock::Timeout=300']],
  optional: true,
};
