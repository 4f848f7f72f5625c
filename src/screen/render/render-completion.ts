export type Shell = 'bash' | 'zsh' | 'fish';

/** A command as somebody types it. */
export interface CommandWords {
  /** `snapshot create` */
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly FlagWords[];
}

export interface FlagWords {
  /** `message`, without dashes. */
  readonly name: string;
  readonly char?: string;
  readonly summary: string;
  /** A value follows. */
  readonly valued: boolean;
  /** All values that it takes, where they are few. */
  readonly values: readonly string[];
}

/** A script that completes commands, flags and their values. It never runs devenv. */
export function renderCompletion(shell: Shell, commands: readonly CommandWords[]): string {
  const render = { bash: renderBash, zsh: renderZsh, fish: renderFish }[shell];
  return render(addTopics(commands));
}

interface Position {
  /** Words typed so far: ``, `snapshot`, `snapshot create`. */
  readonly words: string;
  readonly next: readonly { readonly word: string; readonly summary: string }[];
  readonly flags: readonly FlagWords[];
}

/** What may follow which words, the longest first. */
function addTopics(commands: readonly CommandWords[]): readonly Position[] {
  const places = new Map<string, Position & { readonly next: { word: string; summary: string }[] }>();
  places.set('', { words: '', next: [], flags: [] });
  for (const { name, summary, flags } of commands) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined && !places.has(first)) {
      places.set(first, { words: first, next: [], flags: [] });
      places.get('')?.next.push({ word: first, summary: `${first} …` });
    }
    places.get(second === undefined ? '' : first)?.next.push({ word: second ?? first, summary });
    places.set(name, { words: name, next: places.get(name)?.next ?? [], flags });
  }
  return [...places.values()].sort((a, b) => b.words.split(' ').length - a.words.split(' ').length || (a < b ? -1 : 1));
}

/** Words of the command so far, without flags and the values of those that may stand before it. */
const readWords = (list: string): string => `  for word in ${list}; do
    if [ -n "$skip" ]; then skip=""; continue; fi
    case "$word" in
      --) return 0 ;;
      -C|--project|--engine) skip=1 ;;
      -*) ;;
      *) words="\${words:+$words }$word" ;;
    esac
  done`;

const pattern = (words: string): string => (words === '' ? "''" : `'${words}'|'${words} '*`);

function renderBash(places: readonly Position[]): string {
  const cases = places.map(({ words, next, flags }) => {
    const valued = flags.filter(({ valued }) => valued);
    const values = valued.map(
      (flag) => `        ${spell(flag).join('|')}) reply="${flag.values.join(' ')}"; only=1 ;;`,
    );
    return `    ${pattern(words)})
      reply="${[...next.map(({ word }) => word), ...flags.flatMap((flag) => `--${flag.name}`)].join(' ')}"
      case "$before" in
${values.join('\n')}
        *) ;;
      esac ;;`;
  });
  return `# devenv completion for bash: source <(devenv completion bash)
_devenv() {
  local word words="" skip="" reply="" only="" current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
${readWords('"${COMP_WORDS[@]:1:COMP_CWORD-1}"')}
  case "$before" in
    -C|--project) COMPREPLY=($(compgen -d -- "$current")); return 0 ;;
  esac
  case "$words" in
${cases.join('\n')}
  esac
  if [ -z "$only" ] && [ "\${current#-}" = "$current" ]; then
    for word in $reply; do case "$word" in -*) reply="\${reply//$word/}" ;; esac; done
  fi
  COMPREPLY=($(compgen -W "$reply" -- "$current"))
}
complete -o default -F _devenv devenv
`;
}

function renderZsh(places: readonly Position[]): string {
  const cases = places.map(({ words, next, flags }) => {
    const items = next.map(({ word, summary }) => quote(`${word}:${summary}`));
    const options = flags.map(({ name, summary }) => quote(`--${name}:${summary}`));
    const values = flags
      .filter(({ values }) => values.length > 0)
      .map((flag) => `        ${spell(flag).join('|')}) compadd -- ${flag.values.join(' ')}; return ;;`);
    return `    ${pattern(words)})
      items=(${items.join(' ')})
      options=(${options.join(' ')})
      case "$before" in
${values.join('\n')}
        *) ;;
      esac ;;`;
  });
  return `#compdef devenv
# devenv completion for zsh: source <(devenv completion zsh)
_devenv() {
  local word typed="" skip="" before="\${words[CURRENT-1]}" current="\${words[CURRENT]}"
  local -a items options
${readWords('"${(@)words[2,CURRENT-1]}"').replaceAll('words="${words:+$words }$word"', 'typed="${typed:+$typed }$word"')}
  case "$before" in
    -C|--project) _files -/; return ;;
  esac
  case "$typed" in
${cases.join('\n')}
  esac
  if [[ "$current" == -* ]]; then _describe flag options
  elif (( \${#items} )); then _describe command items
  else _files
  fi
}
compdef _devenv devenv
`;
}

function renderFish(places: readonly Position[]): string {
  const lines = places.flatMap(({ words, next, flags }) => {
    const [first, second] = words.split(' ');
    const inner = places
      .filter((place) => place.words.startsWith(`${words} `))
      .map((place) => place.words.split(' ')[1]);
    const seen = [first, second].flatMap((word) => (word ? [`__fish_seen_subcommand_from ${word}`] : []));
    const at = words === '' ? '__fish_use_subcommand' : seen.join('; and ');
    const open = inner.length === 0 ? at : `${at}; and not __fish_seen_subcommand_from ${inner.join(' ')}`;
    return [
      ...next.map(({ word, summary }) => `complete -c devenv -n ${quote(open)} -f -a ${word} -d ${quote(summary)}`),
      ...flags.map(({ name, char, summary, valued, values }) =>
        [
          `complete -c devenv -n ${quote(at)} -l ${name}`,
          ...(char === undefined ? [] : [`-s ${char}`]),
          ...(valued ? ['-r'] : []),
          ...(values.length > 0 ? [`-f -a ${quote(values.join(' '))}`] : []),
          `-d ${quote(summary)}`,
        ].join(' '),
      ),
    ];
  });
  return `# devenv completion for fish: devenv completion fish | source\n${lines.join('\n')}\n`;
}

const spell = ({ name, char }: FlagWords): readonly string[] =>
  char === undefined ? [`--${name}`] : [`--${name}`, `-${char}`];

const quote = (text: string): string => `'${text.replaceAll("'", '\u2019')}'`;
