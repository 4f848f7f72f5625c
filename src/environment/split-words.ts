/**
 * The words of a line as a shell splits it: spaces separate, quotes and
 * backslashes keep. Nothing is expanded. A quote that is not closed ends with
 * the line.
 */
export function splitWords(line: string): string[] {
  const words: string[] = [];
  const part = /([ \t\r\n]+)|'([^']*)(?:'|$)|"((?:\\[^]|[^"\\])*)(?:"|$)|\\([^])|([^ \t\r\n'"\\]+|\\$)/g;
  let open = false;
  for (const [, space, single, double, escaped, plain] of line.matchAll(part)) {
    if (space !== undefined) {
      open = false;
      continue;
    }
    if (!open) words.push('');
    open = true;
    const text = single ?? double?.replace(/\\(["\\$`]|\n)/g, (_, kept: string) => (kept === '\n' ? '' : kept));
    words[words.length - 1] += text ?? (escaped === '\n' ? '' : escaped) ?? plain ?? '';
  }
  return words;
}
