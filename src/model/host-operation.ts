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
