/**
 * Splits a command line at its first word that is no flag. `valued` names the
 * flags whose value is a word of its own. A `--` on the way ends the flags
 * and is left out.
 */
export function splitArguments(
  argv: readonly string[],
  valued: ReadonlySet<string>,
): { readonly flags: readonly string[]; readonly rest: readonly string[] } {
  let index = 0;
  while (index < argv.length) {
    const word = argv[index] ?? '';
    if (word === '--') return { flags: argv.slice(0, index), rest: argv.slice(index + 1) };
    // A lone dash is a name for stdin, and so an argument.
    if (!word.startsWith('-') || word === '-') break;
    index += valued.has(word) ? 2 : 1;
  }
  return { flags: argv.slice(0, index), rest: argv.slice(index) };
}
