import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { keyText } from '../yaml/key-text.ts';
import type { Path } from '../problem.ts';

/** Replaces a range of the text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The target of a path in the tree. */
type Target =
  /** `pair` is absent for entries of lists. */
  | { readonly kind: 'found'; readonly node: Node; readonly pair?: Pair<Node, Node | null> }
  /** A key without a value; `rest` are the keys below it. */
  | { readonly kind: 'empty'; readonly pair: Pair<Node, Node | null>; readonly rest: Path }
  /** `rest` starts with a key that `map` does not have. */
  | { readonly kind: 'missing'; readonly map: YAMLMap; readonly rest: Path }
  /** An alias, or a node of another type than the path needs. */
  | { readonly kind: 'other' };

export function follow(root: Node | null, path: Path): Target {
  let node: Node | null = root;
  let pair: Pair<Node, Node | null> | undefined;
  for (const [index, part] of path.entries()) {
    if (isSeq(node)) {
      node = (node.items[Number(part)] as Node | undefined) ?? null;
      pair = undefined;
      if (node === null) return { kind: 'other' };
      continue;
    }
    if (!isMap(node)) return { kind: 'other' };
    const rest = path.slice(index);
    pair = node.items.find(({ key }) => keyText(key) === part) as Pair<Node, Node | null> | undefined;
    if (pair === undefined) return { kind: 'missing', map: node, rest };
    if (isEmpty(pair.value)) return { kind: 'empty', pair, rest: rest.slice(1) };
    node = pair.value;
  }
  if (node === null || isAlias(node)) return { kind: 'other' };
  return { kind: 'found', node, ...(pair !== undefined && { pair }) };
}

const isEmpty = (node: Node | null): boolean => node === null || (isScalar(node) && node.value === null);

/** Offset of the text of a node or pair. */
export const startOf = (item: Node | Pair): number =>
  isPair(item) ? startOf(item.key as Node) : (item.range?.[0] ?? 0);

/** Offset after the last character of a node or pair, without comments. */
export function endOf(item: Node | Pair, text: string): number {
  if (isPair(item)) {
    const value = item.value as Node | null;
    if (value !== null && (value.range?.[1] ?? 0) > (value.range?.[0] ?? 0)) return endOf(value, text);
    const key = endOf(item.key as Node, text);
    return text[key] === ':' ? key + 1 : key;
  }
  if ((isMap(item) || isSeq(item)) && item.flow !== true) {
    const last = item.items.at(-1) as Node | Pair | undefined;
    if (last !== undefined) return endOf(last, text);
  }
  return item.range?.[1] ?? 0;
}

export const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Offset of the line feed at the end of a line, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end;
}

export const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');

/** Inserts whole lines after the line of an offset. */
export function insertLinesAfter(text: string, end: number, lines: readonly string[]): Splice {
  const eol = eolOf(text);
  // A block scalar ends after its own line feed.
  const at = text[end - 1] === '\n' ? end : Math.min(lineEnd(text, end) + 1, text.length);
  const before = at > 0 && text[at - 1] !== '\n' ? eol : '';
  const after = before === '' ? eol : '';
  return { start: at, end: at, text: `${before}${lines.join(eol)}${after}` };
}
