import { Lexer, Parser, type CST } from 'yaml';

export const maxBytes = 256 * 1024;
export const maxDepth = 50;
export const maxKeys = 1000;

/** A cap that the text breaks, and where. */
export class CapError extends Error {
  override readonly name = 'CapError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/**
 * The tokens of a YAML text, as yaml's own composer takes them. Throws
 * CapError before anything that costs more than the text is long: composing
 * recurses with the depth of the text.
 */
export function* readTokens(text: string, onLine: (offset: number) => void): Generator<CST.Token> {
  if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes) {
    throw new CapError(0, `the file is larger than ${maxBytes / 1024} kB`);
  }
  const parser = new Parser(onLine);
  onLine(0);
  for (const source of new Lexer().lex(text)) {
    yield* parser.next(source);
    checkCaps(parser);
  }
  yield* parser.end();
}

function checkCaps({ stack, offset }: Parser): void {
  // The document is the first of the stack; each level of nesting adds one collection.
  if (stack.length > maxDepth + 1) throw new CapError(offset, `it is nested deeper than ${maxDepth} levels`);
  const top = stack.at(-1);
  const isMap = top?.type === 'block-map' || (top?.type === 'flow-collection' && top.start.source === '{');
  if (isMap && top.items.length > maxKeys) throw new CapError(offset, `a map has more than ${maxKeys} keys`);
}
