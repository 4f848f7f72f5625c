import type { Environment } from '../../model/environment.ts';
import type { Items } from '../../model/item.ts';
import type { Dotfiles, Personal } from '../../model/personal.ts';
import type { Action, Step } from '../../model/plan.ts';
import { apt } from '../../providers/apt.ts';
import { npm } from '../../providers/npm.ts';
import type { Provider } from '../../providers/provider.ts';

/** Below /tmp of the builder, which is in no layer: dotfiles of a folder are put there before the step runs. */
export const personalInbox = '.devenv-personal';
/** In the image of a person: every path that its layer changed, NUL after each; of folders those that it made, with `/` at the end. */
export const personalList = '/var/lib/devenv/personal';

const inbox = `/tmp/${personalInbox}`;

/**
 * The one step that lays a person's things on a version. `team`: what the
 * version declares, which wins. `identity`: of all that the step depends on.
 * Absent where nothing goes into the image.
 */
export function planPersonal(
  { packages, dotfiles }: Personal,
  environment: Environment,
  team: Items,
  identity: string,
): Step | undefined {
  const own: Environment = { ...environment, packages };
  const steps = [apt, npm].flatMap((provider) => planPackages(provider, own, team));
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

const listPackages = `dpkg-query -W -f '\${Package}:\${Architecture} \${Version} \${db:Status-Status}\\n' | sort`;

const listPaths = `find / -xdev '(' -type d -printf '%p/\\0' -o -printf '%p\\0' ')' | sort -z`;

/** Keeps what the end compares with. */
const begin = `set -eu
d=${inbox}
mkdir -p "$d"
if [ -d /var/lib/dpkg ]; then
  cp -a /var/lib/dpkg "$d/dpkg"
  if [ -e /var/lib/apt/extended_states ]; then cp -a /var/lib/apt/extended_states "$d/extended_states"; fi
  ${listPackages} >"$d/packages"
fi
${listPaths} >"$d/before"
touch "$d/stamp"
sleep 0.1`;

/**
 * dpkg's and apt's records become the version's again: what is personal is
 * plain files to them. So what somebody installs later brings all that it
 * needs, whether a personal package brought it before or not, and the records
 * that a commit takes are the team's alone. That a package of the version
 * itself would change is refused. Then lists what the layer changed.
 */
const end = `set -eu
d=${inbox}
if [ -d "$d/dpkg" ]; then
  ${listPackages} >"$d/packages-now"
  if comm -23 "$d/packages" "$d/packages-now" | grep .; then
    echo 'Personal packages would change these of the version, which everybody has alike.'
    exit 1
  fi
  cd "$d/dpkg" && find . ! -type d | sort >"$d/had"
  cd /var/lib/dpkg && find . ! -type d | sort >"$d/has"
  comm -13 "$d/had" "$d/has" | tr '\\n' '\\0' | xargs -0 -r rm -f --
  { comm -23 "$d/had" "$d/has"; find . -newercm "$d/stamp" ! -type d | sort | comm -12 - "$d/had"; } >"$d/back"
  cd "$d/dpkg" && tr '\\n' '\\0' <"$d/back" | xargs -0 -r cp -a --parents -t /var/lib/dpkg --
  rm -f /var/lib/apt/extended_states
  if [ -e "$d/extended_states" ]; then cp -a "$d/extended_states" /var/lib/apt/extended_states; fi
fi
cd /
${listPaths} >"$d/after"
{ comm -z -23 "$d/before" "$d/after"; comm -z -13 "$d/before" "$d/after"; find / -xdev -newercm "$d/stamp" ! -type d -print0; } |
  { grep -z -v -E '^/(var/(lib/(dpkg|apt)|cache|log|tmp)|tmp|run)/' || true; } | sort -z -u >"$d/list"
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
