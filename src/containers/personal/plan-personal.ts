import type { Environment, Dotfiles, Personal } from '../../model/environment.ts';
import type { Items } from '../../model/item.ts';
import type { Action, Step } from '../../model/plan.ts';
import type { PersonalLayer, Provider } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';

/** Folder in the builder's /tmp, which is in no layer, for dotfiles of this machine. */
export const personalInbox = '.devenv-personal';
/** File in the personal layer: its changed paths, each ended by NUL; new folders end with `/`. */
export const personalList = '/var/lib/devenv/personal';

const inbox = `/tmp/${personalInbox}`;

/**
 * Plans the one step of a personal layer. `team`: items of the version, which
 * win. `identity`: hash of all that the step depends on. Absent if nothing goes
 * into the image.
 */
export function planPersonal(
  { packages, dotfiles }: Personal,
  environment: Environment,
  team: Items,
  identity: string,
): Step | undefined {
  const own: Environment = { ...environment, packages };
  const steps = providers.flatMap((provider) => planPackages(provider, own, team));
  const titles = [...steps.map(({ title }) => title), ...(dotfiles === undefined ? [] : ['dotfiles'])];
  if (titles.length === 0) return undefined;
  return {
    id: 'personal',
    title: `personal: ${titles.join('; ')}`,
    cause: 'in your personal.yaml',
    identity,
    actions: [
      shell(begin),
      ...steps.flatMap(({ actions }) => actions),
      ...(dotfiles === undefined ? [] : [placeDotfiles(dotfiles, environment.user)]),
      shell(end),
    ],
  };
}

function planPackages(provider: Provider, own: Environment, team: Items): readonly Step[] {
  if (provider.personal === 'none') return [];
  const wanted = Object.entries(provider.items(own, {})).filter(([id]) => !Object.hasOwn(team, id));
  const planned = provider.plan(Object.fromEntries(wanted), {}, own, {});
  return 'kind' in planned ? [] : planned;
}

function placeDotfiles({ kind, source, install = '' }: Dotfiles, user: string): Action {
  const home = user === 'root' ? '/root' : `/home/${user}`;
  return shell(dotfilesScript, user, home, kind === 'git' ? source : '', install);
}

const shell = (script: string, ...args: readonly string[]): Action => ({
  kind: 'exec',
  argv: ['sh', '-c', script, 'devenv', ...args],
  env: { LC_ALL: 'C' },
});

const layers: readonly PersonalLayer[] = providers.flatMap(({ personal }) => (personal === 'none' ? [] : [personal]));

const linesOf = (part: 'keep' | 'restore'): string =>
  layers
    .map((layer) => layer[part])
    .filter((lines) => lines !== '')
    .join('\n');

const listPaths = `find / -xdev '(' -type d -printf '%p/\\0' -o -printf '%p\\0' ')' | sort -z`;

/** Saves what the end compares with. */
const begin = `set -eu
d=${inbox}
mkdir -p "$d"
${linesOf('keep')}
${listPaths} >"$d/before"
touch "$d/stamp"
sleep 0.1`;

/** Folders that belong to the machine or to package managers. */
const unlisted = ['/var/cache', '/var/log', '/var/tmp', '/tmp', '/run', ...layers.flatMap(({ own }) => own)];

/** Restores the records of package managers, then lists what the layer changed. */
const end = `set -eu
d=${inbox}
${linesOf('restore')}
cd /
${listPaths} >"$d/after"
{ comm -z -23 "$d/before" "$d/after"; comm -z -13 "$d/before" "$d/after"; find / -xdev -newercm "$d/stamp" ! -type d -print0; } |
  { grep -z -v -E '^(${unlisted.join('|')})/' || true; } | sort -z -u >"$d/list"
mkdir -p /var/lib/devenv
cp "$d/list" ${personalList}
chmod 0644 ${personalList}`;

/** $1: user. $2: their home. $3: address of a repository, or nothing. $4: what to run there, or nothing. */
const dotfilesScript = `set -eu
user=$1 home=$2 url=$3 install=$4 own=$2/.dotfiles
as() { if [ "$user" = root ]; then HOME=$home "$@"; else runuser -u "$user" -- env HOME="$home" USER="$user" LOGNAME="$user" "$@"; fi; }
rm -rf -- "$own"
if [ -n "$url" ]; then
  if ! command -v git >/dev/null; then
    echo 'There is no git to clone your dotfiles with. Add it to packages.apt of your personal.yaml.'
    exit 1
  fi
  as git clone --quiet --depth 1 --recurse-submodules --shallow-submodules -- "$url" "$own"
else
  mkdir -- "$own"
  cp -a ${inbox}/dotfiles/. "$own"
  chown -R -h "$user:" "$own"
fi
cd "$own"
if [ -n "$install" ]; then
  as sh -c "$install"
  exit
fi
lay() (
  if [ -d "$own/$1" ] && [ ! -L "$own/$1" ] && [ -d "$home/$1" ] && [ ! -L "$home/$1" ]; then
    for path in "$own/$1"/* "$own/$1"/.[!.]*; do
      if [ -e "$path" ] || [ -L "$path" ]; then lay "$1/\${path##*/}"; fi
    done
  else
    as ln -s -f -n -- "$own/$1" "$home/$1"
  fi
)
for path in .[!.]*; do
  case $path in .git | .gitignore | .gitmodules | .gitattributes | .github) continue ;; esac
  if [ -e "$path" ] || [ -L "$path" ]; then lay "$path"; fi
done`;
