import { Composer, LineCounter, type Document, type Node, type YAMLError } from 'yaml';
import { CapError, readTokens } from './read-tokens.ts';

/** A problem at an offset of the text. */
interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

type YamlText =
  | { readonly kind: 'read'; readonly root: Node | null; readonly lines: LineCounter }
  | { readonly kind: 'broken'; readonly problems: readonly TextProblem[]; readonly lines: LineCounter };

/** Parses one YAML 1.2 document and reports all syntax errors. Does not report repeated keys. */
export function readYaml(text: string): YamlText {
  const lines = new LineCounter();
  const mark = /^<{7}( .*)?$/m.exec(text)?.index;
  if (mark !== undefined && /^>{7}( .*)?$/m.test(text)) {
    for (const { index } of text.slice(0, mark).matchAll(/^/gm)) lines.addNewLine(index);
    return { kind: 'broken', problems: [{ offset: mark, message: mergeMarks }], lines };
  }
  try {
    // yaml's own check of unique keys is quadratic.
    const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, stringKeys: true });
    const documents: Document.Parsed[] = [];
    for (const document of composer.compose(readTokens(text, lines.addNewLine), true, text.length)) {
      documents.push(document);
      if (documents.length > 1) break;
    }
    const [first, second] = documents;
    const problems = first === undefined ? [] : [...first.errors, ...first.warnings].map(describe).filter(isNew);
    if (second !== undefined) {
      const offset = text.lastIndexOf('---', second.contents?.range[0] ?? second.range[0]);
      problems.push({ offset: Math.max(offset, 0), message: 'a second document starts here; expected one document' });
    }
    if (problems.length > 0) return { kind: 'broken', problems, lines };
    return { kind: 'read', root: first?.contents ?? null, lines };
  } catch (error) {
    if (!(error instanceof CapError)) throw error;
    return { kind: 'broken', problems: [{ offset: error.offset, message: error.message }], lines };
  }
}

const mergeMarks =
  'git left a merge conflict here; choose the right lines, and remove the lines with <<<<<<<, ======= and >>>>>>>';

/** False for what the parser stumbles over again, after the same mistake. */
const isNew = ({ message }: TextProblem, index: number, all: readonly TextProblem[]): boolean =>
  message !== strayMark || all[index - 1]?.message !== strayMark;

function describe({ code, message, pos }: YAMLError): TextProblem {
  const stray = /^Unexpected .* (?:at node end|token in YAML stream)/.test(message) ? strayMark : undefined;
  return {
    offset: pos[0],
    message: words[code] ?? stray ?? message.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase()),
  };
}

const strayMark = 'this does not belong here; put a value that contains { } [ ] or a comma into quotes';

/** Replaces messages of the library that describe its internals. */
const words: Partial<Record<YAMLError['code'], string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'there is a second ": " on this line; put the value into quotes, or begin a new line',
  TAB_AS_INDENT: 'a tab indents this line; expected spaces',
  NON_STRING_KEY: 'a key is not text; expected a word, in quotes where it looks like a number',
};
