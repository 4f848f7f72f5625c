/** Characters that JSON does not escape but a terminal interprets: DEL and C1, bidi marks, line separators. */
const unsafe = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
/** Characters per write. */
const pieceSize = 64 * 1024;

/** One JSON document with a line end, safe to print on a terminal. */
export function stringifyJson(value: unknown): string {
  const pieces: string[] = [];
  writeJson(value, (piece) => pieces.push(piece));
  return pieces.join('');
}

/** Like stringifyJson, in pieces: a document may have a million rows. */
export function writeJson(value: unknown, write: (piece: string) => void): void {
  let text = '';
  const flush = (): void => {
    write(text.replace(unsafe, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`));
    text = '';
  };
  const put = (token: string): void => {
    text += token;
    if (text.length >= pieceSize) flush();
  };
  print(value, '\n', put);
  put('\n');
  if (text !== '') flush();
}

/** Like JSON.stringify with an indent of two, with every iterable as a list. `line`: line end and indent of the value. */
function print(given: unknown, line: string, put: (token: string) => void): void {
  const value = hasToJson(given) ? given.toJSON() : given;
  if (typeof value !== 'object' || value === null) {
    put(JSON.stringify(value) ?? 'null');
    return;
  }
  const inner = `${line}  `;
  const isList = isIterable(value);
  let separator = isList ? '[' : '{';
  for (const [name, part] of isList ? number(value) : Object.entries(value)) {
    if (!isList && isNothing(part)) continue;
    put(`${separator}${inner}${isList ? '' : `${JSON.stringify(name)}: `}`);
    print(part, inner, put);
    separator = ',';
  }
  if (separator === ',') put(`${line}${isList ? ']' : '}'}`);
  else put(isList ? '[]' : '{}');
}

function* number(list: Iterable<unknown>): Generator<readonly [number, unknown]> {
  let index = 0;
  for (const part of list) yield [index++, part];
}

const isIterable = (value: object): value is Iterable<unknown> => Symbol.iterator in value;

const hasToJson = (value: unknown): value is { toJSON(): unknown } =>
  typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';

const isNothing = (value: unknown): boolean => ['undefined', 'function', 'symbol'].includes(typeof value);
