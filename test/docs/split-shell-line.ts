/** One command of a shell line: its words, with quotes taken away, and the variables set before it. */
export interface ShellCommand {
  readonly variables: readonly string[];
  readonly words: readonly string[];
}

const token = /\s*(?:(#.*)|(&&|\|\||[|;])|(>>?|<)\s*\S+|((?:"[^"]*"|'[^']*'|[^\s"'|&;<>#]|(?<=\S)#)+))/y;

/** Splits a line as a shell does. Knows quotes, comments, pipes, `&&`, `;` and redirections, which is what examples use. */
export function splitShellLine(line: string): readonly ShellCommand[] {
  const commands: { variables: string[]; words: string[] }[] = [{ variables: [], words: [] }];
  token.lastIndex = 0;
  const text = line.trim();
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const found = token.exec(text);
    if (found === null) throw new Error(`not a plain shell line at "${text.slice(at)}": ${line}`);
    const [, , separator, , word] = found;
    const last = commands.at(-1);
    if (separator !== undefined) commands.push({ variables: [], words: [] });
    else if (word !== undefined && last !== undefined) {
      const plain = word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2');
      const assigns = last.words.length === 0 && /^[A-Z_][A-Z0-9_]*=/.test(word);
      (assigns ? last.variables : last.words).push(plain);
    }
  }
  return commands.filter(({ words }) => words.length > 0);
}
