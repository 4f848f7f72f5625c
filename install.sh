#!/bin/sh
# Installs the executable of devenv for this user, from an npm registry.
#   sh install.sh                     the newest version, into ~/.local
#   TEAMVM_VERSION=0.1.0 sh install.sh
#   PREFIX=/usr/local sh install.sh
# npm_config_registry: another registry. Proxies and CA files: https_proxy, no_proxy,
# SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, or cafile of ~/.npmrc. Needs curl or wget.
set -eu

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

case ${1:-} in
  '') ;;
  -h | --help)
    sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *) fail "There is no argument $1. See: sh install.sh --help" ;;
esac

case $(uname -sm) in
  'Linux x86_64') platform=linux-x64 ;;
  'Linux aarch64') platform=linux-arm64 ;;
  'Darwin arm64') platform=darwin-arm64 ;;
  'Darwin x86_64') platform=darwin-x64 ;;
  *) fail "There is no executable for $(uname -sm). Install devenv with npm: npm install --global @teamvm/devenv" ;;
esac

prefix=${PREFIX:-${HOME:?is not set}/.local}
registry=${npm_config_registry:-${NPM_CONFIG_REGISTRY:-https://registry.npmjs.org}}
registry=${registry%/}
case $registry in https://* | http://*) ;; *) fail "The npm registry \"$registry\" is not an http or https address." ;; esac

mkdir -p "$prefix/bin" "$prefix/lib" 2>/dev/null && [ -w "$prefix/bin" ] && [ -w "$prefix/lib" ] ||
  fail "$prefix cannot be written. Set PREFIX to a folder that can."
work=$(mktemp -d "$prefix/lib/devenv-new-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Certificate authorities that a company adds, as devenv, Node and npm name them, and those of the system.
authorities() {
  own=${TEAMVM_CA_FILE:-${NODE_EXTRA_CA_CERTS:-${npm_config_cafile:-}}}
  if [ -z "$own" ] && [ -r "${HOME:-}/.npmrc" ]; then
    while IFS=' =' read -r key value; do
      [ "$key" != cafile ] || own=$value
    done <"$HOME/.npmrc"
  fi
  [ -n "$own" ] || [ -n "${SSL_CERT_FILE:-}" ] || return 0
  [ -z "$own" ] || [ -r "$own" ] || fail "The CA file $own cannot be read."
  for system in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    [ -r "$system" ] && cat "$system" && break
  done >"$work/authorities"
  [ -z "$own" ] || cat "$own" >>"$work/authorities"
}

# wget reads the names of proxies in lower case alone, and curl not HTTP_PROXY.
proxies() {
  set -- "${http_proxy:-${HTTP_PROXY:-${npm_config_proxy:-}}}" \
    "${https_proxy:-${HTTPS_PROXY:-${npm_config_https_proxy:-${npm_config_proxy:-}}}}" "${no_proxy:-${NO_PROXY:-${npm_config_noproxy:-}}}"
  [ -z "$1" ] || export http_proxy="$1"
  [ -z "$2" ] || export https_proxy="$2"
  [ -z "$3" ] || export no_proxy="$3"
}

# Writes an address to a file, and what went wrong to $work/said.
get() (
  proxies
  if command -v curl >/dev/null; then
    url=$1
    set -- -fsSL --retry 2 --connect-timeout 20 -o "$2"
    [ ! -s "$work/authorities" ] || set -- "$@" --cacert "$work/authorities"
    curl "$@" "$url" 2>"$work/said"
  else
    url=$1
    # busybox has none of these options; it checks no certificates.
    if wget --help 2>&1 | grep -q -e --ca-certificate; then
      set -- -nv -O "$2"
      [ ! -s "$work/authorities" ] || set -- "$@" "--ca-certificate=$work/authorities"
    else
      set -- -q -O "$2"
    fi
    wget "$@" "$url" 2>"$work/said"
  fi
)

command -v curl >/dev/null || command -v wget >/dev/null ||
  fail 'Neither curl nor wget is installed. Install one of them, and run the same command again.'
authorities

# $3: what is missing if the registry says so.
fetch() {
  get "$1" "$2" && return
  case $(cat "$work/said") in
    *404*) fail "The npm registry $registry has no $3. Check npm_config_registry and TEAMVM_VERSION. Nothing was installed." ;;
    *) fail "$1 cannot be fetched: $(cat "$work/said") Check the network, the proxy (https_proxy) and the registry (npm_config_registry). Nothing was installed." ;;
  esac
}

# The first value of a key: a manifest has these keys once.
value() {
  tr -d '\n' <"$work/manifest" | sed -n "s/.*\"$1\": *\"\([A-Za-z0-9+/=.-]*\)\".*/\1/p"
}

name=devenv-$platform
fetch "$registry/@teamvm%2f$name/${TEAMVM_VERSION:-latest}" "$work/manifest" "devenv ${TEAMVM_VERSION:-} for $platform"
version=$(value version)
wanted=$(value integrity)
case $wanted in sha512-*) ;; *) fail "$registry publishes no sha512 for @teamvm/$name. Nothing was installed." ;; esac
case $version in '' | *[!0-9A-Za-z.-]*) fail "$registry did not answer as an npm registry does. Nothing was installed." ;; esac
wanted=$(printf %s "${wanted#sha512-}" | base64 -d | od -An -v -tx1 | tr -d ' \n')

fetch "$registry/@teamvm/$name/-/$name-$version.tgz" "$work/package.tgz" "file of devenv $version for $platform"
if command -v sha512sum >/dev/null; then
  actual=$(sha512sum <"$work/package.tgz")
else
  actual=$(shasum -a 512 <"$work/package.tgz")
fi
[ "${actual%% *}" = "$wanted" ] ||
  fail "$name $version has the sha512 ${actual%% *}, but the registry publishes $wanted. Nothing was installed."
tar -xzf "$work/package.tgz" -C "$work"
if ! said=$("$work/package/bin/devenv" --version 2>&1); then
  fail "devenv does not run on this machine; it needs glibc 2.28 and libstdc++. $said"
fi

# The link changes at once: a devenv that runs keeps its files until the next installation.
target=$prefix/lib/devenv-$version
rm -rf "$target"
mv "$work/package" "$target"
ln -s "$target/bin/devenv" "$work/devenv"
mv -f "$work/devenv" "$prefix/bin/devenv"
printf 'Installed devenv %s as %s.\n' "$version" "$prefix/bin/devenv"
case :$PATH: in *:"$prefix/bin":*) ;; *) printf 'Add %s to PATH.\n' "$prefix/bin" ;; esac
