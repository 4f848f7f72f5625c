/**
 * The caches in /var/cache/apt and /var/lib/apt/lists are volumes that all
 * workspaces and builds of a machine share, of whatever release. Only updating
 * the package lists takes a lock: each call downloads into a folder of its own,
 * to which it links the archives that are there, and links new ones back when it
 * is done. No call clears the others' lists, and apt's binary caches, which
 * belong to one image only, are not written there.
 */
const options = [
  ['APT::Get::List-Cleanup', '0'],
  ['Acquire::Retries', '3'],
  ['Dir::Cache::pkgcache', "''"],
  ['Dir::Cache::srcpkgcache', "''"],
  ['Dpkg::Use-Pty', '0'],
  // Keep the team's version of a configuration file, without a question.
  ['Dpkg::Options::', '--force-confdef'],
  ['Dpkg::Options::', '--force-confold'],
].map(([name = '', value = '']) => `-o ${name}=${value}`);

export const aptEnv = { DEBIAN_FRONTEND: 'noninteractive' } as const;

/** Defines `get`, which is apt-get with a folder of its own for archives. What killed calls left is removed after a day. */
const prepare = `cache=/var/cache/apt/devenv-archives
mkdir -p "$cache"
find /var/cache/apt -maxdepth 1 -name 'devenv-own.*' -mmin +1440 -exec rm -rf {} +
own=$(mktemp -d /var/cache/apt/devenv-own.XXXXXX) || exit
trap 'rm -rf "$own"' EXIT
chmod 755 "$own"
: >"$own/start"
get() { apt-get ${options.join(' ')} -o Dir::Cache::archives="$own/" -q "$@"; }
`;

/** `$@` is for apt-get. */
const getScript = `${prepare}get "$@"
`;

/**
 * `$@` is what to install. Lists that this machine fetched within the hour
 * from the same sources are used, unless a package is missing in them; anything
 * that clears the lists clears the mark, too. Whoever waits for the lists says
 * for whom.
 */
const installScript = `${prepare}lists=/var/lib/apt/lists
mark=$lists/devenv-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | cksum | tr ' ' -)
holder() { cat "$lists/devenv.holder" 2>/dev/null || echo 'another build or workspace'; }
hold() {
  flock -n 9 && return
  echo "waiting for the package lists, which are updated by $(holder)"
  flock -w 900 9 && return
  echo "E: The package lists were not free for 15 minutes. They are updated by $(holder)."
  exit 75
}
update() {
  hold
  if [ "$mark" -nt "$own/start" ]; then
    flock -u 9
    return
  fi
  echo "the container $(cat /etc/hostname 2>/dev/null), since $(date -u +%H:%M:%S) UTC" >"$lists/devenv.holder"
  rm -f "$mark"
  get update && : >"$mark"
  code=$?
  flock -u 9
  return $code
}
install() {
  ln -f "$cache"/*.deb "$own" 2>/dev/null
  get install -y --no-install-recommends "$@"
  code=$?
  for archive in "$own"/*.deb; do
    if [ -e "$archive" ] && [ ! -e "$cache/\${archive##*/}" ]; then ln "$archive" "$cache" 2>/dev/null; fi
  done
  return $code
}
exec 9>"$lists/devenv.lock"
if [ -n "$(find "$mark" -mmin -60 2>/dev/null)" ]; then
  install "$@" && exit
  echo 'once more, with new package lists'
fi
update && install "$@" && exit
code=$?
# Somebody's own update cleared the lists meanwhile, and the mark with them.
[ -e "$mark" ] && exit $code
echo 'once more, with new package lists'
update && install "$@"
`;

/** argv of an apt-get call on the shared caches. */
export function aptGet(...args: readonly string[]): readonly string[] {
  return ['sh', '-c', getScript, 'apt-get', ...args];
}

/** argv that installs packages, after updating the package lists if that is due. `args`: packages and further options of apt-get. */
export function aptInstall(...args: readonly string[]): readonly string[] {
  return ['sh', '-c', installScript, 'apt-get', ...args];
}
