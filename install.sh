#!/bin/sh
# Installs the executable of devenv for this user, from an npm registry.
#   sh install.sh                     the newest version, into ~/.local
#   TEAMVM_VERSION=0.1.0 sh install.sh
#   PREFIX=/usr/local sh install.sh
# npm_config_registry: another registry. Needs curl or wget.
set -eu

fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

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

fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL --retry 2 --connect-timeout 20 -o "$2" "$1"
  elif command -v wget >/dev/null; then
    wget -q -O "$2" "$1"
  else
    fail 'Neither curl nor wget is installed. Install one of them, and run the same command again.'
  fi || fail "$1 cannot be fetched. Check the network, the proxy (https_proxy) and the registry (npm_config_registry). Nothing was installed."
}

# The first value of a key: a manifest has these keys once.
value() {
  tr -d '\n' <"$work/manifest" | sed -n "s/.*\"$1\": *\"\([A-Za-z0-9+/=.-]*\)\".*/\1/p"
}

name=devenv-$platform
fetch "$registry/@teamvm%2f$name/${TEAMVM_VERSION:-latest}" "$work/manifest"
version=$(value version)
wanted=$(value integrity)
case $wanted in sha512-*) ;; *) fail "$registry publishes no sha512 for @teamvm/$name. Nothing was installed." ;; esac
case $version in '' | *[!0-9A-Za-z.-]*) fail "$registry did not answer as an npm registry does. Nothing was installed." ;; esac
wanted=$(printf %s "${wanted#sha512-}" | base64 -d | od -An -v -tx1 | tr -d ' \n')

fetch "$registry/@teamvm/$name/-/$name-$version.tgz" "$work/package.tgz"
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
