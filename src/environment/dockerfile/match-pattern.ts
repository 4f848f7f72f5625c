/** A pattern of a path, ready to be compared with many. */
export interface PathPattern {
  /** True if it matches the path. */
  readonly matches: (path: readonly string[]) => boolean;
  /** True if it matches the path or a folder above it. */
  readonly covers: (path: readonly string[]) => boolean;
  /** True if it can match something below a folder. */
  readonly leadsFrom: (folder: readonly string[]) => boolean;
}

/** `**` stands for any number of parts; at the end of a pattern, as in Docker, for at least one. */
export function compilePattern(written: readonly string[]): PathPattern {
  const pattern = written.at(-1) === '**' ? [...written.slice(0, -1), '*', '**'] : written;
  const parts = pattern.map((part) => (part === '**' ? undefined : compilePart(part)));
  const isOpen = parts.includes(undefined);
  const fits = (path: readonly string[], length: number): boolean => {
    for (let at = length - 1; at >= 0; at -= 1) if (parts[at]?.(path[at] ?? '') !== true) return false;
    return true;
  };
  const matchesOpen = (path: readonly string[], wanted: typeof parts): boolean =>
    matchSequence(
      path,
      wanted,
      (one) => one === undefined,
      (part, one) => one?.(part) === true,
    );
  const withBelow = [...parts, undefined];
  return {
    matches: (path) => (isOpen ? matchesOpen(path, parts) : path.length === parts.length && fits(path, parts.length)),
    covers: (path) => (isOpen ? matchesOpen(path, withBelow) : path.length >= parts.length && fits(path, parts.length)),
    leadsFrom: (folder) => {
      const open = parts.indexOf(undefined);
      if (open >= 0 && open <= folder.length) return fits(folder, open);
      return parts.length > folder.length && fits(folder, folder.length);
    },
  };
}

/** `*`, `?`, `[a-z]`, `[^a]` and `\\x` in one part of a path. */
function compilePart(pattern: string): (part: string) => boolean {
  if (!/[*?[\\]/.test(pattern)) return (part) => part === pattern;
  const tokens = pattern.match(/\\.|\*+|\[\^?(?:\\.|[^\]])+\]|[^]/gu) ?? [];
  return (part) => matchSequence([...part], tokens, (token) => token.startsWith('*'), matchesLetter);
}

/**
 * True if a pattern matches a whole sequence. Goes back to the last wildcard
 * alone, so the time grows with the product of both lengths at most.
 */
function matchSequence<Token>(
  sequence: readonly string[],
  pattern: readonly Token[],
  isAny: (token: Token) => boolean,
  matchesOne: (value: string, token: Token) => boolean,
): boolean {
  let [at, token] = [0, 0];
  let [anyAt, anyToken] = [0, -1];
  while (at < sequence.length) {
    const [wanted, isThere] = [pattern[token] as Token, token < pattern.length];
    if (isThere && isAny(wanted)) {
      [anyAt, anyToken] = [at, token];
      token += 1;
    } else if (isThere && matchesOne(sequence[at] ?? '', wanted)) {
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
