import { BlockYamlError, readKey, readScalar } from './read-scalar.ts';

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

interface Row {
  readonly line: number;
  readonly indent: number;
  readonly text: string;
}

const property = { enumerable: true, configurable: true, writable: true };
/** A lock is five levels deep. */
const maxDepth = 20;

/**
 * Reads the subset of YAML that devenv and formatters write: block maps and
 * lists, scalars on one line, comments, `{}` and `[]`. 300 versions take 20 ms,
 * a ninth of the time of a full YAML reader. `lines` receives the line of each
 * part: JSON pointer → line, counted from 1.
 */
export function readBlockYaml(text: string, lines?: Map<string, number>): Value {
  const rows = splitRows(text);
  let at = 0;

  const note = (pointer: string, name: string, { line }: Row): string => {
    if (lines === undefined) return '';
    const path = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    lines.set(path, line);
    return path;
  };

  const readNode = (indent: number, pointer: string, depth: number): Value => {
    const row = rows[at];
    if (row === undefined) throw new BlockYamlError(1, 'the file is empty');
    if (depth > maxDepth) throw new BlockYamlError(row.line, `it is nested deeper than ${maxDepth} levels`);
    return isEntry(row) ? readList(indent, pointer, depth) : readMap(indent, pointer, depth);
  };

  const readMap = (indent: number, pointer: string, depth: number): Value => {
    const map: Record<string, Value> = {};
    for (let row = rows[at]; row !== undefined && row.indent >= indent && !isEntry(row); row = rows[at]) {
      if (row.indent > indent) throw new BlockYamlError(row.line, 'it is indented more than the lines above');
      const { key: name, rest } = readKey(row.text, row.line);
      if (Object.hasOwn(map, name))
        throw new BlockYamlError(row.line, `the key ${JSON.stringify(name)} is there twice`);
      const path = note(pointer, name, row);
      at += 1;
      const value = rest === '' ? readBelow(row, path, depth) : readScalar(rest, row.line);
      if (name === '__proto__') Object.defineProperty(map, name, { ...property, value });
      else map[name] = value;
    }
    return map;
  };

  /** The block below a key without a value. A list may be at the key's own column. */
  const readBelow = ({ indent }: Row, pointer: string, depth: number): Value => {
    const next = rows[at];
    if (next === undefined || next.indent < indent) return null;
    if (next.indent > indent || isEntry(next)) return readNode(next.indent, pointer, depth + 1);
    return null;
  };

  const readList = (indent: number, pointer: string, depth: number): Value => {
    const list: Value[] = [];
    for (let row = rows[at]; row !== undefined && row.indent >= indent && isEntry(row); row = rows[at]) {
      if (row.indent > indent) throw new BlockYamlError(row.line, 'it is indented more than the lines above');
      const path = note(pointer, String(list.length), row);
      const rest = row.text.slice(1).trimStart();
      if (rest === '') {
        at += 1;
        const next = rows[at];
        list.push(next !== undefined && next.indent > indent ? readNode(next.indent, path, depth + 1) : null);
      } else if (isEntryText(rest) || isPair(rest)) {
        // The text after the dash is the first line of a nested block.
        const inner = indent + row.text.length - rest.length;
        rows[at] = { line: row.line, indent: inner, text: rest };
        list.push(readNode(inner, path, depth + 1));
      } else {
        at += 1;
        list.push(readScalar(rest, row.line));
      }
    }
    return list;
  };

  const first = rows[0];
  const value = first === undefined ? null : readNode(first.indent, '', 0);
  const left = rows[at];
  if (left !== undefined) throw new BlockYamlError(left.line, 'it does not belong to the lines above');
  return value;
}

function splitRows(text: string): Row[] {
  const rows: Row[] = [];
  text
    .replace(/^\ufeff/, '')
    .split('\n')
    .forEach((raw, index) => {
      const line = index + 1;
      const whole = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
      const content = whole.trimStart();
      if (content === '' || content.startsWith('#')) return;
      if (whole === '---' && rows.length === 0) return;
      const indent = whole.length - content.length;
      if (/[^ ]/.test(whole.slice(0, indent))) throw new BlockYamlError(line, 'only spaces may indent a line');
      rows.push({ line, indent, text: content.trimEnd() });
    });
  return rows;
}

const isEntryText = (text: string): boolean => text === '-' || text.startsWith('- ');
const isEntry = ({ text }: Row): boolean => isEntryText(text);
const isPair = (text: string): boolean =>
  /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^"'{[#&*!|>%@`][^#]*?)\s*:(?:\s|$)/.test(text);
