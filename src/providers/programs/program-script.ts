import type { Action } from '../../model/plan.ts';

/** Notes of the steps in the image, by list: a line as `ClosurePins` reads it, and `KIND.programs` with a line `name path` for each program. */
export const programNotes = (kind: string): string => `/var/lib/devenv/${kind}`;

export type ProgramMode = 'resolve' | 'locked' | 'remove';

/** What differs between lists of programs that a tool builds from source. */
export interface ProgramKind {
  readonly key: 'go' | 'cargo';
  /** For an image without it: `There is no go in this image. Add golang-go …`. */
  readonly absent: string;
  /**
   * Shell that defines `build`. $1: a name, $2: a version, or nothing for the
   * newest. It puts programs into $bin and sets `is` to the version and `sum` to
   * the sha256 of the source. Also `versions`, which prints those of $1, and if
   * the tool has a list of its own, `record` and `unrecord`, with $1.
   */
  readonly shell: string;
}

/**
 * $1: the mode. `resolve` builds names and `name@version`, after those of the
 * lock; `locked` what the lock names, and nothing else. A word
 * of the lock is `name@version@sha256`. What is there in that version stays.
 */
const script = ({ key, absent, shell }: ProgramKind): string => String.raw`set -eu
umask 022
notes=${programNotes(key)}
work=/tmp/devenv-${key}
bin=$work/bin
mode=$1
shift
fail() { echo "$1"; exit 1; }
unrecord() { :; }
record() { :; }
${shell}
# $1: a name. Removes its programs and its notes.
forget() {
  unrecord "$1"
  [ -e "$notes" ] || return 0
  awk -v name="$1" '$1 == name { print $2 }' "$notes.programs" | while IFS= read -r program; do rm -f -- "$program"; done
  for file in "$notes" "$notes.programs"; do
    awk -v name="$1" '$1 != name' "$file" >"$file.new"
    mv "$file.new" "$file"
  done
}
# $1: a name, $2: a version, $3: the sha256 of its source, if they are known.
install() {
  there=$(awk -v name="$1" '$1 == name { print $2, $3 }' "$notes")
  if [ -n "$2" ]; then
    case $there in "$2 $3"*) return ;; esac
  fi
  rm -rf "$bin"
  mkdir -p "$bin"
  if ! build "$1" "$2"; then
    all=$(versions "$1" | tr '\n' ' ')
    case " $all" in *" $2 "*) ;; *) [ "$all" = '' ] || echo "There is no $1 $2. Versions: $all" ;; esac
    exit 1
  fi
  [ -z "$3" ] || [ "$3" = "$sum" ] || fail "The source has another file of $1 $is than devenv-lock.yaml names."
  forget "$1"
  for program in "$bin"/*; do
    [ -e "$program" ] || fail "$1 has no program."
    mv -f -- "$program" /usr/local/bin/
    echo "$1 /usr/local/bin/$(basename "$program")" >>"$notes.programs"
  done
  record "$1"
  echo "$1 $is $sum -" >>"$notes"
  sort -o "$notes" "$notes"
}

case $mode in
  remove) for name; do forget "$(printf %s "$name" | sed 's/@$//')"; done ;;
  *)
    command -v ${key} >/dev/null 2>&1 || fail '${absent}'
    mkdir -p "$work" "$(dirname "$notes")"
    touch "$notes" "$notes.programs"
    for word; do
      name=$(printf %s "$word" | cut -d@ -f1)
      case $word in
        *@*@*) ;;
        # The lock answers a request that it has a word for.
        *) for other; do case $other in "$name@"*@*) continue 2 ;; esac; done ;;
      esac
      install "$name" "$(printf %s "$word" | cut -s -d@ -f2)" "$(printf %s "$word" | cut -s -d@ -f3)"
    done
    rm -rf "$work"
    ;;
esac
`;

/** `words`: validated. */
export const programAction = (kind: ProgramKind, mode: ProgramMode, words: readonly string[]): Action => ({
  kind: 'exec',
  argv: [...['sh', '-c', script(kind), 'devenv', mode], ...words],
  settings: kind.key,
});
