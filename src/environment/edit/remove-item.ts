import { isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { endOf, lineEnd, lineStart, startOf, type Splice } from './edit-tree.ts';
import { findDash } from './insert-item.ts';

/**
 * Removes an entry of a list or a key of a map, with the comment on its line.
 * `owner` is the key of the collection: it gets `[]` or `{}` if the collection
 * becomes empty.
 */
export function removeItem(
  text: string,
  collection: YAMLSeq | YAMLMap,
  index: number,
  owner: Pair | undefined,
): Splice[] {
  const items = collection.items as (Node | Pair)[];
  const item = items[index];
  if (item === undefined) return [];
  if (collection.flow === true) return [removeFromFlow(text, items, item, index)];
  const start = isSeq(collection) ? findDash(collection, index) : startOf(item);
  const lines = wholeLines(text, lineStart(text, start), endOf(item, text));
  if (items.length > 1 || owner === undefined) return [lines];
  const colon = text.indexOf(':', endOf(owner.key as Node, text)) + 1;
  return [{ start: colon, end: colon, text: isSeq(collection) ? ' []' : ' {}' }, lines];
}

function wholeLines(text: string, start: number, end: number): Splice {
  // A block scalar ends after its own line feed.
  const stop = text[end - 1] === '\n' ? end : Math.min(lineEnd(text, end) + 1, text.length);
  return { start, end: stop, text: '' };
}

function removeFromFlow(text: string, items: readonly (Node | Pair)[], item: Node | Pair, index: number): Splice {
  const start = startOf(item);
  const end = endOf(item, text);
  const comma = /^[ \t]*,[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
  const line = lineStart(text, start);
  const restOfLine = text.slice(end + comma, lineEnd(text, end));
  if (text.slice(line, start).trim() === '' && /^\s*(?:#.*)?$/.test(restOfLine)) return wholeLines(text, line, end);
  const before = items[index - 1];
  const isLast = index === items.length - 1;
  if (before !== undefined && isLast) {
    const from = endOf(before, text);
    if (/^\s*,\s*$/.test(text.slice(from, start))) return { start: from, end, text: '' };
  }
  return { start, end: end + comma, text: '' };
}
