import type { Action } from '../../model/plan.ts';
import { ensureAuthorities } from '../debian/ensure-authorities.ts';

/** Composer's home for all users: `vendor`, composer.json and composer.lock. */
export const composerFolder = '/usr/local/share/composer';
/** The notes of the steps in the image, as `ClosurePins` reads them. */
export const composerNotes = '/var/lib/devenv/composer';

/** argv of the script. `words`: validated. */
export const composerArgv = (
  mode: 'resolve' | 'locked' | 'remove' | 'list',
  words: readonly string[],
): readonly string[] => [...['sh', '-c', script, 'devenv', mode], ...words];

export const composerAction = (...call: Parameters<typeof composerArgv>): Action => ({
  kind: 'exec',
  argv: composerArgv(...call),
  settings: 'composer',
});

/**
 * $1: the mode. `resolve` installs packages (`name`, `name:version`) and what
 * they need, with those of the lock; `locked` what the lock names, and nothing else; `list` prints
 * the notes. A word with `@` is of the lock: `name:version@reference`; for
 * `remove`, `name@` came with others.
 */
const script = String.raw`set -eu
umask 022
root=${composerFolder}
notes=${composerNotes}
mode=$1
shift
fail() { echo "$1"; exit 1; }

# Of composer.lock: name, version, reference, and what it needs of this list.
print_notes() {
  php -r '
    $found = json_decode(file_get_contents($argv[1]), true)["packages"] ?? [];
    $names = array_column($found, "name");
    foreach ($found as $each) {
      $sum = ($each["dist"]["reference"] ?? "") ?: ($each["source"]["reference"] ?? "") ?: ($each["dist"]["shasum"] ?? "");
      $needs = array_intersect(array_keys($each["require"] ?? []), $names);
      echo implode(" ", [$each["name"], $each["version"], $sum ?: "-", implode(",", $needs) ?: "-"]), "\n";
    }' "$root/composer.lock" | sort
}
call() {
  COMPOSER_HOME=$root COMPOSER_BIN_DIR=/usr/local/bin COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_NO_AUDIT=1 COMPOSER_CACHE_DIR=/tmp/devenv-composer \
    composer --working-dir="$root" --no-interaction --no-plugins "$@" </dev/null
}
# Composer's settings of this machine, while it runs.
begin() {
  [ -z "${'$'}{DEVENV_COMPOSER_CONFIG-}" ] || printf '%s\n' "$DEVENV_COMPOSER_CONFIG" >"$root/config.json"
}
end() {
  rm -rf "$root/config.json" "$root/.htaccess" "$root/keys.dev.pub" "$root/keys.tags.pub" /tmp/devenv-composer
}

if [ "$mode" = list ]; then
  if command -v php >/dev/null 2>&1 && [ -e "$root/composer.lock" ]; then print_notes; else cat "$notes" 2>/dev/null || :; fi
  exit 0
fi
if [ "$mode" = remove ]; then
  gone=$(printf '%s\n' "$@" | sed 's/@$//')
  for name in $gone; do rm -rf -- "$root/vendor/$name"; done
  for program in /usr/local/bin/*; do
    target=$(sed -n 's|.*/share/composer/vendor/\([^/]*/[^/]*\)/.*|\1|p' "$program" 2>/dev/null | head -n 1 || :)
    for name in $gone; do [ "$target" != "$name" ] || rm -f -- "$program"; done
  done
  left=$(awk '{ print $1 }' "$notes" 2>/dev/null | grep -vxF "$gone" || :)
  if [ -z "$left" ]; then
    rm -rf "$root" "$notes"
  elif command -v composer >/dev/null 2>&1; then
    begin
    call remove --no-scripts --no-progress $gone
    end
    print_notes >"$notes"
  fi
  exit 0
fi

command -v composer >/dev/null 2>&1 || fail 'There is no composer in this image. Add composer and unzip to packages.apt in devenv.yaml.'
command -v unzip >/dev/null 2>&1 || php -m | grep -qx zip ||
  fail 'Composer cannot unpack archives in this image. Add unzip to packages.apt in devenv.yaml.'
${ensureAuthorities}
mkdir -p "$root" "$(dirname "$notes")"
[ -e "$root/composer.json" ] || echo '{}' >"$root/composer.json"
begin
for word; do
  name=${'$'}{word%%[:@]*}
  case $word in
    *@*) ;;
    # The lock answers a request that it has a word for.
    *) for other; do case $other in "$name:"*@*) continue 2 ;; esac; done ;;
  esac
  exact=${'$'}{word%@*}
  case $exact in *:*) ;; *) exact=$name:* ;; esac
  set -f
  call require --no-update --quiet "$exact"
  set +f
done
call update --no-dev --no-scripts --no-progress --prefer-dist || { end; exit 1; }
end
print_notes >"$notes"
for word; do
  case $word in *@?*) ;; *) continue ;; esac
  name=${'$'}{word%%:*} version=${'$'}{word#*:}
  grep -q "^$name ${'$'}{version%@*} ${'$'}{word##*@} " "$notes" ||
    fail "The source has another file of $name ${'$'}{version%@*} than devenv-lock.yaml names."
done
`;
