/** `**` stands for any number of parts; at the end of a pattern, as in Docker, for at least one. */
export function matchesPath(path: readonly string[], pattern: readonly string[]): boolean {
  const whole = pattern.at(-1) === '**' ? [...pattern.slice(0, -1), '*', '**'] : pattern;
  return matchSequence(path, whole, (token) => token === '**', matchesPart);
}

/** `*`, `?`, `[a-z]`, `[^a]` and `\\x` in one part of a path. */
export function matchesPart(part: string, pattern: string): boolean {
  if (!/[*?[\\]/.test(pattern)) return part === pattern;
  const tokens = pattern.match(/\\.|\*+|\[\^?(?:\\.|[^\]])+\]|[^]/gu) ?? [];
  return matchSequence([...part], tokens, (token) => token.startsWith('*'), matchesLetter);
}

/**
 * True if a pattern matches a whole sequence. Goes back to the last wildcard
 * alone, so the time grows with the product of both lengths at most.
 */
function matchSequence(
  sequence: readonly string[],
  pattern: readonly string[],
  isAny: (token: string) => boolean,
  matchesOne: (value: string, token: string) => boolean,
): boolean {
  let [at, token] = [0, 0];
  let [anyAt, anyToken] = [0, -1];
  while (at < sequence.length) {
    const wanted = pattern[token];
    if (wanted !== undefined && isAny(wanted)) {
      [anyAt, anyToken] = [at, token];
      token += 1;
    } else if (wanted !== undefined && matchesOne(sequence[at] ?? '', wanted)) {
      at += 1;
      token += 1;
    } else if (anyToken >= 0) {
      anyAt += 1;
      [at, token] = [anyAt, anyToken + 1];
    } else return false;
  }
  return pattern.slice(token).every(isAny);
}

function matchesLetter(letter: string, token: string): boolean {
  if (token === '?') return true;
  if (token.length > 1 && token.startsWith('\\')) return letter === token.slice(1);
  if (token.length < 3 || !token.startsWith('[')) return letter === token;
  const not = token.startsWith('[^');
  const letters = token.slice(not ? 2 : 1, -1).match(/\\.|[^]/gu) ?? [];
  const plain = letters.map((one) => (one.length > 1 && one.startsWith('\\') ? one.slice(1) : one));
  const found = plain.some((one, index) => {
    if (plain[index + 1] === '-' && plain[index + 2] !== undefined) return one <= letter && letter <= plain[index + 2]!;
    return one === letter;
  });
  return found !== not;
}
