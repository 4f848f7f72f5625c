import { listWords } from './find-excess.ts';

/** `NAME`, `NAME=value`, `NAME value`, several of them. */
export function readPairs(rest: string): readonly (readonly [string, string | undefined])[] {
  const [, single, value] = /^([A-Za-z_][A-Za-z0-9_]*)\s+([^=]*)$/.exec(rest) ?? [];
  if (single !== undefined) return [[single, value]];
  const pair = /([A-Za-z_][A-Za-z0-9_]*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*))?/g;
  return [...rest.matchAll(pair)].map(([, name = '', text]) => [name, text?.replace(/^(["'])(.*)\1$/s, '$2')] as const);
}

/** The sources of COPY or ADD, without the destination and heredocs. */
export const readPaths = (rest: string): readonly string[] =>
  listWords(rest)
    .slice(0, -1)
    .filter((path) => path !== '' && !path.startsWith('<<'));

/** The line of a text that begins like something joined of several lines. */
export function lineOf(text: string, asked: string): number {
  const [first = ''] = asked.split(/\s{2,}/);
  const at = text.indexOf(first);
  return at < 0 ? 1 : text.slice(0, at).split('\n').length;
}

/** Docker takes paths as relative to the context, and none leads out of it. */
export function cleanPath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}
