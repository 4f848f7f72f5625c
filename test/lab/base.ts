import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './install.ts';
import type { Machine } from './machine.ts';
import { run } from './run.ts';

const include = ['sudo', 'ca-certificates', 'tar'];

/** Merges /usr from the start, as in Docker's images: the package that merges it later depends on Perl. */
const merged = '/usr/share/mmdebstrap/hooks/merged-usr';

/** The base's first name on a machine; other names are tags of it. */
const imported = 'teamvm-lab-base:latest';

/** Documents, parts of glibc and tzdata that no test reads, and PostgreSQL's optional compiler. */
const excluded = [
  ...['man', 'info', 'doc', 'locale', 'lintian', 'bash-completion', 'zoneinfo'].map((name) => `/usr/share/${name}/*`),
  ...['gconv/*', 'libLLVM*', 'libz3*'].map((name) => `/usr/lib/*/${name}`),
  ...['llvmjit.so', 'bitcode/*'].map((name) => `/usr/lib/postgresql/*/lib/${name}`),
];
const kept = ['/usr/share/doc/*/copyright', '/usr/share/zoneinfo/Etc/*'];

/** dpkg writes without fsync, here and in the containers, as in Docker's images. */
const dpkgOptions = [
  'force-unsafe-io',
  ...excluded.map((path) => `path-exclude=${path}`),
  ...kept.map((path) => `path-include=${path}`),
];

/** Written after the essential packages are extracted: mmdebstrap filters those in Python and takes twice as long. */
const writeDpkgOptions = `printf "%s\\n" "${dpkgOptions.join('" "')}" > "$1/etc/dpkg/dpkg.cfg.d/lab"`;
const anyOf = (paths: readonly string[]): string => paths.map((path) => `-path "${path.slice(1)}"`).join(' -o ');
/** Keeps the folders of English manuals, without which some packages are not installed. */
const removeExcluded = `cd "$1"
find usr \\( ${anyOf(excluded)} \\) ! -type d ! \\( ${anyOf(kept)} \\) -delete
find usr/share/locale usr/share/man usr/share/zoneinfo -mindepth 1 -type d -empty ! -path 'usr/share/man/man*' -delete`;

/** Sections of Debian that no test installs from. */
const unread =
  'debug doc education electronics fonts gnome gnu-r golang graphics hamradio haskell java javascript kde libdevel lisp ' +
  'metapackages ocaml otherosfs php rust science sound tasks tex video x11 xfce';

/**
 * Removes those sections from each package list that apt fetches, except git-man, on which git depends. apt parses the
 * list at each call: 0.5 s of processor time instead of 1.4 s.
 */
const shortenLists = `cat >"$1/etc/apt/shorten-lists" <<'END'
#!/bin/sh
cd /var/lib/apt/lists || exit
for list in *_Packages; do
  [ -e "$list" ] || continue
  mawk 'BEGIN { RS = ""; ORS = "\\n\\n" } !/\\nSection: (${unread.replaceAll(' ', '|')})\\n/ || /^Package: git-man\\n/' "$list" >partial/short && mv partial/short "$list"
done
END
chmod 755 "$1/etc/apt/shorten-lists"
echo 'APT::Update::Post-Invoke-Success { "/etc/apt/shorten-lists"; };' >"$1/etc/apt/apt.conf.d/lab"`;

const recipe = [
  '--variant=minbase',
  `--hook-dir=${merged}`,
  `--include=${include.join(',')}`,
  // Descriptions in English are a third of the package lists.
  '--aptopt=Acquire::Languages "none"',
  `--extract-hook=${writeDpkgOptions}`,
  `--customize-hook=${removeExcluded}`,
  `--customize-hook=${shortenLists}`,
];

/** Returns the path of a Debian root file system as a tar. The first call makes it; calls at the same time wait. */
export async function makeBase(): Promise<string> {
  const hash = createHash('sha256').update(recipe.join('\n')).digest('hex').slice(0, 8);
  const path = join(cacheFolder, `bookworm-${hash}.tar`);
  if (existsSync(path)) return path;
  await mkdir(cacheFolder, { recursive: true });
  const part = `${path}.${process.pid}.tar`;
  const once = ['sh', '-c', 'test -e "$0" || { part=$1; shift; "$@" && mv "$part" "$0"; }', path, part];
  const make = ['mmdebstrap', ...recipe, 'bookworm', part, 'http://deb.debian.org/debian'];
  try {
    await run('flock', [`${path}.lock`, ...once, ...make]);
  } finally {
    await rm(part, { force: true });
  }
  return path;
}

/** Imports the base into a machine's engine under a tag, unless it is there. */
export async function importBase(machine: Machine, tag: string): Promise<void> {
  const there = await machine.tryCli(['image', 'inspect', '--format', '{{.Id}}', tag]);
  if (there.exitCode === 0) return;
  // Test files that import at the same time wait for the first.
  const script = '"$0" image inspect "$1" >/dev/null 2>&1 || "$0" import --change \'CMD ["/bin/bash"]\' "$2" "$1"';
  const once = ['sh', '-c', script, machine.docker, imported, await makeBase()];
  await run('flock', [join(machine.home, 'base.lock'), ...once], { env: machine.env });
  await machine.cli(['tag', imported, tag]);
}
