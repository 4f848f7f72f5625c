/**
 * Splits a command line at its first word that is not a flag. `valued` names
 * the flags that take the next word as their value. A `--` ends the flags and
 * is removed.
 */
export function splitArguments(
  argv: readonly string[],
  valued: ReadonlySet<string>,
): { readonly flags: readonly string[]; readonly rest: readonly string[] } {
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? '';
    if (word === '--') return { flags: argv.slice(0, index), rest: argv.slice(index + 1) };
    // A single dash is an argument: it stands for stdin.
    if (!word.startsWith('-') || word === '-') break;
    index += valued.has(word) ? 2 : 1;
  }
  return { flags: argv.slice(0, index), rest: argv.slice(index) };
}

/** devenv's own part of a command line: what follows `--` is for another program. */
export function ownWords(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  return end === -1 ? argv : argv.slice(0, end);
}
