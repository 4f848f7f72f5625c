/**
 * The caches in /var/cache/apt and /var/lib/apt/lists are volumes that all
 * workspaces of a machine share, of whatever release: one program at a time
 * uses them, none clears the others' lists, and apt's binary caches, which
 * belong to one image only, are not written there. Archives have a folder of
 * their own because Docker's base images empty the usual one.
 */
const lock = ['flock', '-w', '900', '/var/cache/apt/devenv.lock'];

const options = [
  ['APT::Get::List-Cleanup', '0'],
  ['Acquire::Retries', '3'],
  ['Dir::Cache::archives', 'devenv-archives/'],
  ['Dir::Cache::pkgcache', ''],
  ['Dir::Cache::srcpkgcache', ''],
  ['Dpkg::Use-Pty', '0'],
  // Keep the team's version of a configuration file, without a question.
  ['Dpkg::Options::', '--force-confdef'],
  ['Dpkg::Options::', '--force-confold'],
].flatMap(([name = '', value = '']) => ['-o', `${name}=${value}`]);

export const aptEnv = { DEBIAN_FRONTEND: 'noninteractive' } as const;

/** argv of an apt-get call on the shared caches. */
export function aptGet(...args: readonly string[]): readonly string[] {
  return [...lock, 'apt-get', ...options, '-q', ...args];
}

/**
 * `$@` is what to install. Lists that this machine fetched within the hour
 * from the same sources will do, as long as they suffice; anything that clears
 * the lists clears the mark, too.
 */
const installScript = `mark=/var/lib/apt/lists/devenv-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | cksum | tr ' ' -)
get() { apt-get ${options.map((option) => (option.endsWith('=') ? `${option}''` : option)).join(' ')} -q "$@"; }
update() { rm -f "$mark"; get update && : >"$mark"; }
install() { get install -y --no-install-recommends "$@"; }
if [ -n "$(find "$mark" -mmin -60 2>/dev/null)" ]; then
  install "$@" && exit
  echo 'once more, with new package lists'
fi
update && install "$@"
`;

/** argv that installs packages, after a look at the mirror where that is due. `args`: packages and further options of apt-get. */
export function aptInstall(...args: readonly string[]): readonly string[] {
  return [...lock, 'sh', '-c', installScript, 'apt-get', ...args];
}
