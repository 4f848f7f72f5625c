import { setNotes } from './python-notes.ts';
import { pythonProgram } from './python-program.ts';

/**
 * $1: the mode, $2: a set of packages or `.` for `packages.pip`, $3: its virtual
 * environment or `system`, $4: the package whose programs get links, or `.`.
 * `resolve` installs what the lock names by its hashes, then the requirements
 * (`name`, `name==version`, `@FILE` of the project) and what else they need;
 * versions of the lock hold as far as they fit. `locked` installs what the lock
 * names and asks nothing. `trace` prints the notes of installed packages. A word
 * with `@` behind a version is of the lock: `name==version@hash`; for `remove`,
 * `name@` goes only if nothing needs it.
 */
export const pythonScript = String.raw`set -eu
umask 022
if ! command -v python3 >/dev/null 2>&1; then
  if [ "$1" != remove ]; then
    echo 'There is no Python in this image. Add python3-pip to packages.apt in devenv.yaml, for virtual environments python3-venv, too, or use a base that has Python.'
    exit 1
  fi
  notes="${setNotes}/$(printf %s "$2" | tr / %).set" place=$3
  shift 4
  if [ "$place" != system ]; then rm -rf -- "$place" "$notes"; exit; fi
  names=" $* $(sed 's/ .*//' "$notes" 2>/dev/null | tr '\n' ' ')"
  rm -f -- "$notes"
  for info in /usr/local/lib/python3*/*-packages/*.dist-info; do
    name=$(basename "$info" | sed 's/-[0-9].*//; s/[-_.][-_.]*/-/g' | tr A-Z a-z)
    case "$names" in *" $name "* | *" $name@ "*) ;; *) continue ;; esac
    [ -f "$info/RECORD" ] || continue
    cut -d, -f1 "$info/RECORD" | (cd "$(dirname "$info")" && while read -r file; do rm -f -- "$file"; done)
    rm -rf -- "$info"
  done
  exit 0
fi
export PYTHONDONTWRITEBYTECODE=1
exec python3 - "$@" <<'END'
${pythonProgram}END
`;
