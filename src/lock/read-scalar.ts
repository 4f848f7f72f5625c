import { BlockYamlError } from './read-block-yaml.ts';

export interface Scalar {
  readonly value: null | boolean | number | string | readonly [] | Readonly<Record<string, never>>;
  /** What follows a key's colon; empty for a value. */
  readonly rest: string;
}

const number = /^(?:0|[1-9][0-9]{0,15})$/;
const words: Readonly<Record<string, null | boolean>> = { true: true, false: false, null: null, '~': null };

/** Reads the scalar at the start of a line: a key with its colon, or a value and perhaps a comment. */
export function readScalar(text: string, line: number, isKey: boolean): Scalar {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = findQuote(text, quote, line);
    const body = text.slice(1, end);
    const value = quote === "'" ? body.replaceAll("''", "'") : unescape(body, line);
    return { value, rest: isKey ? afterColon(text.slice(end + 1), line) : endOfValue(text.slice(end + 1), line) };
  }
  if (isKey) {
    const colon = /:(?:\s|$)/.exec(text);
    if (colon === null) throw new BlockYamlError(line, 'expected a key and a colon');
    const key = text.slice(0, colon.index).trimEnd();
    if (!isPlain(key)) throw new BlockYamlError(line, 'this key is written in a way that devenv never writes');
    return { value: key, rest: afterColon(text.slice(colon.index), line) };
  }
  const value = text.replace(/(?:^|\s+)#.*$/, '');
  if (value === '{}') return { value: {}, rest: '' };
  if (value === '[]') return { value: [], rest: '' };
  if (!isPlain(value) || /:(?:\s|$)/.test(value)) {
    throw new BlockYamlError(line, 'this value is written in a way that devenv never writes');
  }
  if (number.test(value)) return { value: Number(value), rest: '' };
  return { value: Object.hasOwn(words, value) ? (words[value] ?? null) : value, rest: '' };
}

const isPlain = (text: string): boolean => text !== '' && !/^(?:[-?:](?:\s|$)|[,[\]{}#&*!|>'"%@`])|\s#/.test(text);

/** The index of the quote that ends a text which starts with one. */
function findQuote(text: string, quote: string, line: number): number {
  for (let index = 1; index < text.length; index += 1) {
    if (quote === '"' && text[index] === '\\') index += 1;
    else if (text[index] === quote) {
      if (quote === '"' || text[index + 1] !== quote) return index;
      index += 1;
    }
  }
  throw new BlockYamlError(line, 'a quote is not closed on its line');
}

/** JSON's escapes are those of YAML that devenv writes. */
function unescape(body: string, line: number): string {
  try {
    return JSON.parse(`"${body.replaceAll('\t', '\\t')}"`) as string;
  } catch {
    throw new BlockYamlError(line, 'the text in quotes holds an escape that devenv never writes');
  }
}

function afterColon(text: string, line: number): string {
  const match = /^\s*:(?:\s+(.*)|$)/.exec(text);
  if (match === null) throw new BlockYamlError(line, 'expected a colon after the key');
  const rest = match[1] ?? '';
  return rest.startsWith('#') ? '' : rest;
}

function endOfValue(text: string, line: number): string {
  if (!/^(?:\s*|\s+#.*)$/.test(text)) throw new BlockYamlError(line, 'there is more behind the closing quote');
  return '';
}
