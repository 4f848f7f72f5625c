import { BlockYamlError, isPair, readKey, readScalar } from './read-scalar.ts';

export type Value = null | boolean | number | string | readonly Value[] | { readonly [key: string]: Value };

interface Row {
  readonly line: number;
  readonly indent: number;
  readonly text: string;
}

const property = { enumerable: true, configurable: true, writable: true };
/** A lock is five levels deep. */
const maxDepth = 20;
/** Of a map or a list: a lock has one for each version and each declared package. */
const maxEntries = 10_000;
/** Lines with content. */
const maxRows = 200_000;

/**
 * Reads the subset of YAML that devenv and formatters write: block maps and
 * lists, scalars on one line, comments, `{}` and `[]`. 300 versions take 20 ms,
 * a ninth of the time of a full YAML reader. `lines` receives the line of each
 * part: JSON pointer → line, counted from 1.
 */
export function readBlockYaml(text: string, lines?: Map<string, number>): Value {
  const rows = readRows(text);
  const next = (): Row | undefined => rows.next().value ?? undefined;
  let row = next();

  const note = (pointer: string, name: string, { line }: Row): string => {
    if (lines === undefined) return '';
    const path = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    lines.set(path, line);
    return path;
  };

  const readNode = (indent: number, pointer: string, depth: number): Value => {
    if (row === undefined) throw new BlockYamlError(1, 'the file is empty');
    if (depth > maxDepth) throw new BlockYamlError(row.line, `it is nested deeper than ${maxDepth} levels`);
    return isEntry(row) ? readList(indent, pointer, depth) : readMap(indent, pointer, depth);
  };

  const refuseWrong = ({ line, indent: found }: Row, indent: number, entries: number): void => {
    if (found > indent) throw new BlockYamlError(line, 'it is indented more than the lines above');
    if (entries >= maxEntries) throw new BlockYamlError(line, `more than ${maxEntries} entries belong together here`);
  };

  const readMap = (indent: number, pointer: string, depth: number): Value => {
    const map: Record<string, Value> = {};
    for (let size = 0; row !== undefined && row.indent >= indent && !isEntry(row); size += 1) {
      const here = row;
      refuseWrong(here, indent, size);
      const { key: name, rest } = readKey(here.text, here.line);
      if (Object.hasOwn(map, name))
        throw new BlockYamlError(here.line, `the key ${JSON.stringify(name)} is there twice`);
      const path = note(pointer, name, here);
      row = next();
      const value = rest === '' ? readBelow(here, path, depth) : readScalar(rest, here.line);
      if (name === '__proto__') Object.defineProperty(map, name, { ...property, value });
      else map[name] = value;
    }
    return map;
  };

  /** The block below a key without a value. A list may be at the key's own column. */
  const readBelow = ({ indent }: Row, pointer: string, depth: number): Value => {
    if (row === undefined || row.indent < indent) return null;
    return row.indent > indent || isEntry(row) ? readNode(row.indent, pointer, depth + 1) : null;
  };

  const readList = (indent: number, pointer: string, depth: number): Value => {
    const list: Value[] = [];
    while (row !== undefined && row.indent >= indent && isEntry(row)) {
      const { line, text: entry } = row;
      refuseWrong(row, indent, list.length);
      const path = note(pointer, String(list.length), row);
      const rest = entry.slice(1).trimStart();
      if (rest === '') {
        row = next();
        list.push(row !== undefined && row.indent > indent ? readNode(row.indent, path, depth + 1) : null);
      } else if (isEntryText(rest) || isPair(rest)) {
        // The text after the dash is the first line of a nested block.
        const inner = indent + entry.length - rest.length;
        row = { line, indent: inner, text: rest };
        list.push(readNode(inner, path, depth + 1));
      } else {
        row = next();
        list.push(readScalar(rest, line));
      }
    }
    return list;
  };

  const value = row === undefined ? null : readNode(row.indent, '', 0);
  if (row !== undefined) throw new BlockYamlError(row.line, 'it does not belong to the lines above');
  return value;
}

/** Lines with content, one by one: a text that is refused early is not split to its end. */
function* readRows(text: string): Generator<Row, undefined> {
  let count = 0;
  let line = 0;
  for (let start = text.startsWith('\ufeff') ? 1 : 0, end = 0; end !== -1; start = end + 1) {
    end = text.indexOf('\n', start);
    line += 1;
    const raw = text.slice(start, end === -1 ? undefined : end);
    const whole = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    const content = whole.trimStart();
    if (content === '' || content.startsWith('#')) continue;
    if (whole === '---' && count === 0) continue;
    const indent = whole.length - content.length;
    if (/[^ ]/.test(whole.slice(0, indent))) throw new BlockYamlError(line, 'only spaces may indent a line');
    count += 1;
    if (count > maxRows) throw new BlockYamlError(line, `it has more than ${maxRows} lines`);
    yield { line, indent, text: content.trimEnd() };
  }
}

const isEntryText = (text: string): boolean => text === '-' || text.startsWith('- ');
const isEntry = ({ text }: Row): boolean => isEntryText(text);
