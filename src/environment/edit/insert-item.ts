import { isScalar, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import { endOf, eolOf, insertLinesAfter, lineEnd, lineStart, startOf, type Splice } from './edit-tree.ts';
import { isList, printInline, quotingOf, type EditValue } from './print-inline.ts';

/** Appends an entry to a list in the style of the list. */
export function insertEntry(text: string, list: YAMLSeq, value: EditValue): Splice[] {
  const last = list.items.at(-1) as Node | undefined;
  const printed = printInline(value, isScalar(last) ? quotingOf(last.type) : 'plain');
  if (list.flow === true || last === undefined) return insertIntoFlow(text, list, printed);
  const dash = findDash(list, list.items.length - 1);
  const indent = dash - lineStart(text, dash);
  const lines = isPlain(value) ? [`${' '.repeat(indent)}- ${printed}`] : printEntry(value, indent);
  return [insertLinesAfter(text, endOf(last, text), lines)];
}

/** Appends a key to a map. In a block map, maps become blocks and lists inline. */
export function insertKey(text: string, map: YAMLMap, key: string, value: EditValue): Splice[] {
  const last = map.items.at(-1);
  const first = map.items[0];
  if (map.flow === true || last === undefined || first === undefined) {
    return insertIntoFlow(text, map, `${printInline(key)}: ${printInline(value)}`);
  }
  const start = startOf(first);
  return [insertLinesAfter(text, endOf(last, text), printBlock(key, value, start - lineStart(text, start)))];
}

function printBlock(key: string, value: EditValue, indent: number): string[] {
  const head = `${' '.repeat(indent)}${printInline(key)}:`;
  if (typeof value === 'string' && /^[!-~][^]*[^\n]\n$/.test(value))
    return [
      `${head} |`,
      ...value
        .trimEnd()
        .split('\n')
        .map((line) => (line === '' ? '' : `${' '.repeat(indent + 2)}${line}`)),
    ];
  if (typeof value === 'string' || (isList(value) && value.every(isPlain))) return [`${head} ${printInline(value)}`];
  if (isList(value)) return [head, ...value.flatMap((item) => printEntry(item, indent + 2))];
  return [head, ...Object.entries(value).flatMap(([name, item]) => printBlock(name, item, indent + 2))];
}

const isPlain = (value: EditValue): boolean => typeof value === 'string';

/** An entry of a block list. */
function printEntry(value: EditValue, indent: number): string[] {
  if (typeof value === 'string' || isList(value)) return [`${' '.repeat(indent)}- ${printInline(value)}`];
  const [first = '', ...lines] = Object.entries(value).flatMap(([key, item]) => printBlock(key, item, indent + 2));
  return [`${' '.repeat(indent)}- ${first.trimStart()}`, ...lines];
}

/** Offset of the dash of an entry in a block list. */
export function findDash(list: YAMLSeq, index: number): number {
  const token = list.srcToken;
  const start = token?.type === 'block-seq' ? (token.items[index]?.start ?? []) : [];
  return start.find(({ type }) => type === 'seq-item-ind')?.offset ?? 0;
}

function insertIntoFlow(text: string, collection: YAMLSeq | YAMLMap, printed: string): Splice[] {
  const [open = 0, behind = 0] = collection.range ?? [];
  const close = behind - 1;
  const last = collection.items.at(-1) as Node | undefined;
  if (last === undefined) {
    const inner = text.slice(open + 1, close);
    if (inner.trim() === '') return [{ start: open + 1, end: close, text: printed }];
    return [{ start: open + 1, end: open + 1, text: `${printed} ` }];
  }
  const end = endOf(last, text);
  const ownLine = text.slice(lineStart(text, startOf(last)), startOf(last));
  const eol = lineEnd(text, end);
  if (ownLine.trim() !== '' || eol > close) return [{ start: end, end, text: `, ${printed}` }];
  // One entry per line: the new one gets its own line, and a trailing comma if the last one has it.
  const hasComma = /^\s*,/.test(text.slice(end, close));
  const at = text[eol - 1] === '\r' ? eol - 1 : eol;
  const line = `${eolOf(text)}${ownLine}${printed}${hasComma ? ',' : ''}`;
  return [{ start: end, end: at, text: `${hasComma ? '' : ','}${text.slice(end, at)}${line}` }];
}
