/** One thing that is wrong in devenv.yaml. */
export interface Problem {
  readonly file: string;
  /** Line and column count from 1. */
  readonly line: number;
  readonly column: number;
  /** The key's path, `packages.apt[2]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly expected?: string;
  /** What was probably meant. */
  readonly suggestion?: string;
}

/** A problem before its place in the text is known. */
export interface Finding {
  readonly path: Path;
  /** Where to point: at the key itself, or at what stands behind it. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly expected?: string;
  readonly suggestion?: string;
}

export type Path = readonly (string | number)[];

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

/** One line: the path, what is wrong, what was expected, what was probably meant. */
export function printProblem({ path, message, expected, suggestion }: Problem): string {
  const place = path === '' ? '' : `${path}: `;
  const wanted = expected === undefined ? '' : `; expected ${expected}`;
  const meant = suggestion === undefined ? '' : `. Did you mean "${suggestion}"?`;
  return `${place}${message}${wanted}${meant}`;
}

/** Marks that are not seen, or that reorder what is seen. */
const hidden = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Text of the file in an error: quoted, hidden marks escaped, and no longer than people read. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return JSON.stringify(short).replace(hidden, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
