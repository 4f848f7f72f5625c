/** Debian's grammar. */
const name = /^[a-z0-9][a-z0-9+.-]{1,60}$/;

/** No package, or of a system that devenv does not start from. */
const unwanted = new Set(['docker-ce', 'docker-ce-cli', 'containerd.io', 'snapd', 'systemd', 'sudo']);

/** Of one file. */
const most = 60;

/** The packages of all lines `apt-get install …` of a text, without versions. Knows line ends with a backslash. */
export function findAptPackages(text: string): readonly string[] {
  const found = new Set<string>();
  const whole = text.replace(/\\\r?\n/g, ' ').slice(0, 262_144);
  for (const line of whole.split('\n')) {
    // Of a comment, or of a sentence about apt, a line of code is the part in backticks.
    if (/^\s*(?:#|\/\/)/.test(line)) continue;
    for (const part of line.split('`')) {
      const [, words] = /\b(?:apt|apt-get|aptitude)\s+(?:-\S+\s+)*install\s+(.*)$/.exec(part.slice(0, 4_000)) ?? [];
      for (const word of readWords(words ?? '')) found.add(word);
    }
  }
  return [...found].slice(0, most);
}

/** Words up to the end of the command. A variable, a quote or a path ends nothing and is left out. */
function readWords(line: string): readonly string[] {
  const [command = ''] = line.replace(/\$\([^()]*\)/g, '$').split(/&&|\|\||[;|<>#)]/);
  return command
    .split(/\s+/)
    .map((word) => word.replace(/[=/].*$/, ''))
    .filter((word) => name.test(word) && !unwanted.has(word));
}
