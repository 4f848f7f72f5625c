/** Everything that decides the content of a base, apart from the mirror's packages. */
export interface BaseRecipe {
  readonly suite: string;
  readonly mirror: string;
  /** Where security updates come from. */
  readonly security: string;
  /** Sorted. */
  readonly include: readonly string[];
  /** As Debian names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Root assembles directly, others in a user namespace. */
  readonly root: boolean;
}

/** Increase it if the same recipe gives another base: that invalidates cached ones. */
export const recipeVersion = 2;

/** 1 January 2020. Newer files get this time, so that the same packages make the same bytes on every day. */
const sourceDateEpoch = '1577836800';

/** mmdebstrap leaves out /dev. An empty folder takes its place: some engines would add one to each container. */
export const assemblyEnv = {
  SOURCE_DATE_EPOCH: sourceDateEpoch,
  TAR_OPTIONS: '--transform=s,^\\./dev\\.empty,./dev,',
  LC_ALL: 'C',
} as const;

const left = ['doc', 'man', 'info', 'locale', 'groff', 'linda', 'lintian'];

/**
 * As in Docker's slim images. They stay in the image, for packages that are
 * added later. Written after the first packages are extracted: as options of
 * mmdebstrap they take more than twice the time, since it filters in Python.
 */
const dpkgOptions = [
  'force-unsafe-io',
  ...left.map((name) => `path-exclude=/usr/share/${name}/*`),
  'path-include=/usr/share/doc/*/copyright',
  'path-include=/usr/share/locale/locale.alias',
];

const writeDpkgOptions = `printf "%s\\n" "${dpkgOptions.join('" "')}" > "$1/etc/dpkg/dpkg.cfg.d/docker-like"`;

/** Removes what was extracted before the options. Folders of manuals stay: some packages fail without them. */
const slim = [
  'find "$1/usr/share/doc" -mindepth 2 ! -type d ! -name copyright -delete',
  `cd "$1/usr/share"; for name in ${left.slice(1).join(' ')}; do if [ -d $name ]; then find $name ! -type d ! -name locale.alias -delete; fi; done`,
];

const aptOptions = [
  'Acquire::Languages "none"',
  'Acquire::GzipIndexes "true"',
  'Apt::AutoRemove::SuggestsImportant "false"',
];

/** Installing a package starts no service in a container. */
const noServices = 'printf "#!/bin/sh\\nexit 101\\n" > "$1/usr/sbin/policy-rc.d"; chmod 0755 "$1/usr/sbin/policy-rc.d"';

/**
 * Merges /usr at the start, as in Docker's images: the package that merges it
 * later depends on Perl. The hooks of mmdebstrap know the suites; old versions have none.
 */
const merge = (part: string): string => {
  const hook = `/usr/share/mmdebstrap/hooks/maybe-merged-usr/${part}00.sh`;
  return `if [ -x ${hook} ]; then ${hook} "$1"; fi`;
};

/** Removes what belongs to the machine on which the base is made. */
const hooks = [
  'rm -f "$1/etc/resolv.conf" "$1/etc/hostname"',
  'mv "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1/etc/apt/apt.conf.d/docker-like"',
  'if [ -e "$1/etc/machine-id" ]; then : > "$1/etc/machine-id"; fi',
  'rm -f "$1/var/lib/dbus/machine-id" "$1"/etc/ssh/ssh_host_*',
  'rm -f "$1"/var/cache/debconf/*-old "$1"/var/lib/dpkg/*-old "$1/var/cache/ldconfig/aux-cache"',
  // dpkg keeps links, and maintainer scripts write files.
  ...slim,
  'mkdir -m 0755 "$1/dev.empty"',
  'find "$1/usr/share/doc" "$1/usr/share/locale" -mindepth 1 -type d -empty -delete',
];

/** The command that assembles a base into a tar file. */
export const mmdebstrapArgv = (recipe: BaseRecipe, tar: string): readonly string[] => [
  'mmdebstrap',
  `--mode=${recipe.root ? 'root' : 'unshare'}`,
  '--variant=minbase',
  '--format=tar',
  '--components=main',
  `--architectures=${recipe.architecture}`,
  ...(recipe.include.length === 0 ? [] : [`--include=${recipe.include.join(',')}`]),
  ...aptOptions.map((option) => `--aptopt=${option}`),
  // mmdebstrap would remove policy-rc.d at the end.
  '--skip=chroot/policy-rc.d',
  `--setup-hook=${merge('setup')}`,
  `--essential-hook=${merge('essential')}`,
  ...[noServices, writeDpkgOptions, ...slim].map((hook) => `--extract-hook=${hook}`),
  ...hooks.map((hook) => `--customize-hook=${hook}`),
  // The empty folder comes by another name.
  '--skip=output/dev',
  recipe.suite,
  tar,
  ...sources(recipe),
];

/** As in Debian's own images. Unstable has neither updates nor security. */
const sources = ({ suite, mirror, security }: BaseRecipe): readonly string[] => {
  const rolling = ['sid', 'unstable', 'experimental'].includes(suite);
  return [
    `deb ${mirror} ${suite} main`,
    ...(rolling ? [] : [`deb ${mirror} ${suite}-updates main`, `deb ${security} ${suite}-security main`]),
  ];
};
