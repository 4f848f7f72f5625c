import { ensureAuthorities } from '../debian/ensure-authorities.ts';

/** Where keys are: the file of a project is copied there first. */
export const keyring = (name: string): string => `/etc/apt/keyrings/${name}`;

/**
 * `remove NAME…`, or `add NAME URIS SUITES COMPONENTS ARCHITECTURES COMMAND…`. The
 * key is in $DEVENV_DOWNLOAD, in $DEVENV_KEY, or was copied to its place. The
 * command reads the lists of the repository and checks their signature.
 */
export const repositoryScript = `set -eu
umask 022
mode=$1
shift
fail() { echo "$1"; exit 1; }
clear() { rm -f "/etc/apt/sources.list.d/$1.sources" "/etc/apt/sources.list.d/$1.list" "/etc/apt/keyrings/$1.asc" "/etc/apt/keyrings/$1.gpg"; }
if [ "$mode" = remove ]; then
  for name; do clear "$name"; done
  exit 0
fi
name=$1 uris=$2 suites=$3 components=$4 architectures=$5
shift 5
clear "$name"
new=/etc/apt/keyrings/$name
mkdir -p /etc/apt/keyrings /etc/apt/sources.list.d
if [ -n "\${DEVENV_DOWNLOAD-}" ]; then cat "$DEVENV_DOWNLOAD" >"$new"
elif [ -n "\${DEVENV_KEY-}" ]; then printf '%s\\n' "$DEVENV_KEY" >"$new"; fi
# apt tells the two forms of a key by its name.
case $(head -c 5 "$new") in -----) key=$new.asc ;; *) key=$new.gpg ;; esac
# The copied file stays until the end: a step that finds apt busy runs once more.
cp -f "$new" "$key"
chmod 644 "$key"
case $uris in *https:*)
  ${ensureAuthorities}
esac
{
  printf 'Types: deb\\nURIs: %s\\nSuites: %s\\n' "$uris" "$suites"
  [ -z "$components" ] || printf 'Components: %s\\n' "$components"
  [ -z "$architectures" ] || printf 'Architectures: %s\\n' "$architectures"
  printf 'Signed-By: %s\\n' "$key"
} >"/etc/apt/sources.list.d/$name.sources"
if "$@" >"/tmp/devenv-repository" 2>&1; then
  rm -f "$new"
  exit 0
fi
cat /tmp/devenv-repository
case $(cat /tmp/devenv-repository) in
  *'Could not get lock'*) exit 100 ;;
  *NO_PUBKEY* | *BADSIG* | *EXPKEYSIG* | *'not signed'* | *'Sub-process /usr/bin/gpgv'* | *'Sub-process /usr/bin/sqv'*)
    fail "The key of the repository $name did not sign it. Check the key and the uri in devenv.yaml." ;;
esac
fail "The repository $name could not be read."
`;
