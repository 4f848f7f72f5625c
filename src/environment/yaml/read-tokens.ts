import { Lexer, Parser, type CST } from 'yaml';

const maxBytes = 256 * 1024;
export const maxDepth = 50;
const maxKeys = 1000;
/** A list entry has four or five tokens. */
const maxTokens = 12_000;
const maxAliases = 100;

const scalarSign = '\x1f';

/** The text exceeds a limit at this offset. */
export class CapError extends Error {
  override readonly name = 'CapError';
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/**
 * The tokens of a YAML text, for yaml's composer. Throws CapError before the
 * work exceeds the size of the text: the composer recurses with its depth.
 */
export function* readTokens(text: string, onLine: (offset: number) => void): Generator<CST.Token> {
  if (text.length > maxBytes || Buffer.byteLength(text) > maxBytes) {
    throw new CapError(0, `the file is larger than ${maxBytes / 1024} kB`);
  }
  const parser = new Parser(onLine);
  onLine(0);
  let tokens = 0;
  let aliases = 0;
  let previous = '';
  for (const source of new Lexer().lex(text)) {
    tokens += 1;
    // A token after this sign is a scalar, which may start with any character.
    if (source.startsWith('*') && previous !== scalarSign) aliases += 1;
    previous = source;
    if (tokens > maxTokens) throw new CapError(parser.offset, 'the file has too many parts');
    if (aliases > maxAliases) throw new CapError(parser.offset, `it has more than ${maxAliases} aliases`);
    yield* parser.next(source);
    checkCaps(parser);
  }
  yield* parser.end();
}

function checkCaps({ stack, offset }: Parser): void {
  // The document is the bottom of the stack; each level of nesting adds a collection.
  if (stack.length > maxDepth + 1) throw new CapError(offset, `it is nested deeper than ${maxDepth} levels`);
  const top = stack.at(-1);
  const isMap = top?.type === 'block-map' || (top?.type === 'flow-collection' && top.start.source === '{');
  if (isMap && top.items.length > maxKeys) throw new CapError(offset, `a map has more than ${maxKeys} keys`);
}
