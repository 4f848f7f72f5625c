import { ensureAuthorities } from '../debian/ensure-authorities.ts';

/** In a builder's /tmp, which is in no layer. */
export const miseFolder = '/tmp/devenv-mise';
/** Where tools are: `installs/NAME/VERSION`, with a link `installs/NAME/latest`. */
export const toolFolder = '/usr/local/share/mise';
/** What the steps note of each tool: its mise.lock, and as comments the links that they made or replaced. */
export const toolNotes = '/var/lib/devenv/tools';

/**
 * $1: `install NAME VERSION`, or `remove NAME…`. $DEVENV_TOOL_LOCK: a mise.lock;
 * a tool that it names for this platform is fetched from there and checked. Programs get links in /usr/local/bin. pip of a Python installs into
 * /usr/local, as that of a system does.
 */
export const toolScript = String.raw`set -eu
umask 022
root=${toolFolder}
notes=${toolNotes}
mode=$1
shift
fail() { echo "$1"; exit 1; }

# $1: a tool. Removes what its last step made.
drop() {
  sed -n 's/^# link //p' "$notes/$1.lock" 2>/dev/null | while IFS= read -r link; do
    case $(readlink "$link" || :) in "$root"/*) rm -f -- "$link" ;; esac
  done
  rm -rf -- "$root/installs/$1" "$notes/$1.lock"
  [ "$1" != rust ] || rm -rf -- "$root/rustup" "$root/cargo"
}

if [ "$mode" = remove ]; then
  for name; do
    replaced=$(sed -n '/^# replaced /{s///p;q;}' "$notes/$name.lock" 2>/dev/null || :)
    [ -z "$replaced" ] || fail "$name replaced $replaced, which only a clean build brings back. Run: devenv build --clean"
    drop "$name"
  done
  exit 0
fi

name=$1 version=$2 lock=${'$'}{DEVENV_TOOL_LOCK-}
mise=${miseFolder}/bin/mise
work=${miseFolder}/work/$name
"$mise" --version >/dev/null 2>&1 || fail "mise, which installs $name, does not run on this base: it needs glibc 2.28 or newer."
${ensureAuthorities}
case $(uname -m) in
  aarch64) platform=linux-arm64 ;;
  # Not the newest processors alone: every machine gets the same files.
  *) platform=linux-x64; export MISE_PYTHON_PRECOMPILED_ARCH=x86_64 ;;
esac
rm -rf "$work"
mkdir -p "$work" "$notes" "$root"
printf '[settings]\nlockfile = true\n[tools]\n%s = "%s"\n' "$name" "$version" >"$work/mise.toml"
[ -z "$lock" ] || printf '%s\n' "$lock" >"$work/mise.lock"
case $lock in *"platforms.$platform\""*)
  export MISE_LOCKED=1
  # mise takes a Ruby of the lock only with the settings that it was found with.
  option() { printf '%s\n' "$lock" | sed -n "s/^options = {.*$1=\"\([^\"]*\)\".*/\1/p"; }
  [ "$name" != ruby ] || export MISE_RUBY_PRECOMPILED_URL="$(option precompiled_url)" MISE_RUBY_BUILD_REPO="$(option ruby_build_repo)"
;; esac
export MISE_DATA_DIR="$root" MISE_CACHE_DIR=/var/cache/devenv/mise MISE_STATE_DIR="$work/state" MISE_CONFIG_DIR="$work/config"
export MISE_RUSTUP_HOME="$root/rustup" MISE_CARGO_HOME="$root/cargo" MISE_TRUSTED_CONFIG_PATHS="$work" MISE_YES=1 NO_COLOR=1
# Only what is released as a program: compiling needs more than a base has.
export MISE_PYTHON_COMPILE=0 MISE_RUBY_COMPILE=0 MISE_LOCKFILE_PLATFORMS="$platform" PYTHONDONTWRITEBYTECODE=1

replaced=$(grep '^# replaced ' "$notes/$name.lock" 2>/dev/null || :)
drop "$name"
cd "$work"
if ! "$mise" install; then
  all=$("$mise" ls-remote "$name" 2>/dev/null || :)
  like=$(printf '%s\n' "$all" | grep -E "^$(printf %s "$version" | sed 's/[^A-Za-z0-9].*//')([^A-Za-z0-9]|$)" || printf '%s\n' "$all")
  if [ -n "$all" ] && [ -z "$("$mise" latest "$name@$version" 2>/dev/null || :)" ]; then
    echo "There is no $name $version. Versions:" $(printf '%s\n' "$like" | tail -n 60)
  fi
  case $("$mise" registry "$name" 2>/dev/null || :) in vfox:* | asdf:*)
    echo "mise installs $name by a plug-in, which it clones from github.com: no setting of a mirror changes that. If this machine does not reach it, use packages.apt, repositories or downloads in devenv.yaml." ;;
  esac
  exit 1
fi

note=$notes/$name.lock
cat "$work/mise.lock" >"$note" 2>/dev/null || :
grep -q '^version = ' "$note" || printf '[[tools.%s]]\nversion = "%s"\n' "$name" "$("$mise" current "$name")" >"$note"
[ -z "$replaced" ] || printf '%s\n' "$replaced" >>"$note"
bins=$("$mise" bin-paths)
# Not the proxies of rustup, which look for their folder in a variable.
[ "$name" != rust ] || bins=$(ls -d "$root"/rustup/toolchains/*/bin)
printf '%s\n' "$bins" | while IFS= read -r folder; do
  for program in "$folder"/*; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    link=/usr/local/bin/$(basename "$program")
    if [ -e "$link" ] || [ -L "$link" ]; then
      case $(readlink "$link" || :) in "$root"/*) ;; *) echo "# replaced $link" >>"$note" ;; esac
      rm -rf -- "$link"
    fi
    ln -s "$program" "$link"
    echo "# link $link" >>"$note"
  done
done
grep -q '^# link ' "$note" || fail "$name $version has no programs."
for library in "$root"/installs/"$name"/*/lib/python3.*; do
  [ -d "$library/site-packages" ] && [ ! -L "$(dirname "$(dirname "$library")")" ] || continue
  echo "/usr/local/lib/$(basename "$library")/site-packages" >"$library/site-packages/devenv.pth"
  printf '[install]\nprefix = /usr/local\n' >"$library/../../pip.conf"
done
# Notes for mise, which the image does not have; they depend on how a version was found.
find "$root/installs" -maxdepth 2 -type f -name '.mise*' -exec rm -f {} +
find "$root" -mindepth 1 -maxdepth 1 ! -name installs ! -name rustup ! -name cargo -exec rm -rf {} +
`;
