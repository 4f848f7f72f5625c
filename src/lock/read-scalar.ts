export class BlockYamlError extends Error {
  override readonly name = 'BlockYamlError';
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

type Scalar = null | boolean | number | string | readonly [] | Readonly<Record<string, never>>;

const number = /^(?:0|[1-9][0-9]{0,15})$/;
const words: Readonly<Record<string, null | boolean>> = { true: true, false: false, null: null, '~': null };

/** Reads the key at the start of a line. `rest`: the text after its colon. */
export function readKey(text: string, line: number): { readonly key: string; readonly rest: string } {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = requireQuote(text, quote, line);
    return { key: readQuoted(text.slice(0, end), line), rest: afterColon(text.slice(end + 1), line) };
  }
  const colon = /:(?:\s|$)/.exec(text);
  if (colon === null) throw new BlockYamlError(line, 'expected a key and a colon');
  const key = text.slice(0, colon.index).trimEnd();
  if (!isPlain(key)) throw new BlockYamlError(line, 'this key is written in a way that devenv never writes');
  return { key, rest: afterColon(text.slice(colon.index), line) };
}

/** Reads a value up to the end of its line or a comment. */
export function readScalar(text: string, line: number): Scalar {
  const quote = text[0];
  if (quote === '"' || quote === "'") {
    const end = requireQuote(text, quote, line);
    if (!/^(?:\s*|\s+#.*)$/.test(text.slice(end + 1))) {
      throw new BlockYamlError(line, 'there is more behind the closing quote');
    }
    return readQuoted(text.slice(0, end), line);
  }
  const value = withoutComment(text);
  if (value === '{}') return {};
  if (value === '[]') return [];
  if (!isPlain(value) || /:(?:\s|$)/.test(value)) {
    throw new BlockYamlError(line, 'this value is written in a way that devenv never writes');
  }
  if (number.test(value)) return Number(value);
  return Object.hasOwn(words, value) ? (words[value] ?? null) : value;
}

/** The text before a comment, which is a `#` at the start or behind a blank. */
function withoutComment(text: string): string {
  for (let at = text.indexOf('#'); at !== -1; at = text.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(text[at - 1] ?? '')) return text.slice(0, at).trimEnd();
  }
  return text;
}

/** Whether a line begins with a key and its colon. One pass: a pattern with `\s*:` would look at every blank again. */
export function isPair(text: string): boolean {
  const quote = text[0] ?? '';
  if (quote === '"' || quote === "'") {
    const end = findQuote(text, quote);
    return end !== undefined && /^:(?:\s|$)/.test(text.slice(end + 1).trimStart());
  }
  const colon = text.search(/:(?:\s|$)/);
  return colon > 0 && !'{[#&*!|>%@`'.includes(quote) && !text.slice(0, colon).includes('#');
}

const isPlain = (text: string): boolean => text !== '' && !/^(?:[-?:](?:\s|$)|[,[\]{}#&*!|>'"%@`])|\s#/.test(text);

/** The index of the closing quote. */
function findQuote(text: string, quote: string): number | undefined {
  for (let index = 1; index < text.length; index += 1) {
    if (quote === '"' && text[index] === '\\') index += 1;
    else if (text[index] === quote) {
      if (quote === '"' || text[index + 1] !== quote) return index;
      index += 1;
    }
  }
  return undefined;
}

function requireQuote(text: string, quote: string, line: number): number {
  const end = findQuote(text, quote);
  if (end === undefined) throw new BlockYamlError(line, 'a quote is not closed on its line');
  return end;
}

/** `text` has its opening quote and not the closing one. devenv writes JSON's escapes only. */
function readQuoted(text: string, line: number): string {
  const body = text.slice(1);
  if (text.startsWith("'")) return body.replaceAll("''", "'");
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
