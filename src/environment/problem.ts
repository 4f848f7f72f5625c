import { DevenvError } from '../errors/devenv-error.ts';

/** One problem in devenv.yaml. */
export interface Problem {
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  /** Path of the key, `packages.apt[2]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  /** The correction to suggest. */
  readonly suggestion?: string;
}

/** A problem before its place in the text is known. `at`: points at the key or at its value. */
export interface UnplacedProblem extends Pick<Problem, 'message' | 'expected' | 'suggestion'> {
  readonly path: Path;
  readonly at: 'key' | 'value';
}

export type Path = readonly (string | number)[];

export const atKey = (path: Path, message: string, expected?: string): UnplacedProblem => ({
  ...{ path, at: 'key', message },
  ...(expected !== undefined && { expected }),
});

export const atValue = (path: Path, message: string, expected?: string): UnplacedProblem => ({
  ...atKey(path, message, expected),
  at: 'value',
});

/** `['packages', 'apt', 2]` → `packages.apt[2]`. */
export function printPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[A-Za-z0-9_-]+$/.test(part)) text += `[${quote(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** One line: path, message, what was expected, what was probably meant. */
function printProblem({ path, message, expected, suggestion }: Problem): string {
  const place = path === '' ? '' : `${path}: `;
  const wanted = expected === undefined ? '' : `; expected ${expected}`;
  const meant = suggestion === undefined ? '' : `. Did you mean "${suggestion}"?`;
  return `${place}${message}${wanted}${meant}`;
}

/** Characters that are invisible, or that reorder visible text. */
const hidden = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text of the file for an error: quoted, shortened, invisible characters escaped. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(short).replace(hidden, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Problems in the message; `data` has all. */
const maxShown = 20;

/** One CONFIG_INVALID with all problems of a file; `file` is the one that most of them are in. */
export function refuseProblems(
  file: string,
  found: readonly (Omit<Problem, 'file'> & Partial<Problem>)[],
): DevenvError {
  const problems: Problem[] = found
    .map((problem) => ({ file, ...problem }))
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .filter((problem, index, sorted) => index === 0 || !isSame(problem, sorted[index - 1]));
  const [first] = problems;
  if (first !== undefined && problems.length === 1) {
    const at = `${first.file}:${first.line}:${first.column}`;
    return new DevenvError('CONFIG_INVALID', printProblem(first), { at, data: { problems } });
  }
  const rows = problems
    .slice(0, maxShown)
    .map((problem) => `  ${problem.file}:${problem.line}:${problem.column}: ${printProblem(problem)}`);
  const more = problems.length > maxShown ? [`  and ${problems.length - maxShown} more`] : [];
  const message = [`${problems.length} problems:`, ...rows, ...more].join('\n');
  return new DevenvError('CONFIG_INVALID', message, { at: file, data: { problems } });
}

const isSame = (a: Problem, b: Problem | undefined): boolean =>
  a.file === b?.file && a.line === b.line && a.column === b.column && a.message === b.message;
