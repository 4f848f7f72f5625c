import { DevenvError } from '../errors/devenv-error.ts';

/**
 * The variables of a `.env` file: `NAME=value` lines, with `export` in front or
 * without. Single quotes keep everything; double quotes know \n, \r, \t, \" and
 * \\; both may span lines, which end with \n in the value. Without quotes, the
 * value ends at ` #`. Other lines are skipped. The last of several entries
 * counts. Throws CONFIG_INVALID with the line for a quote that is not closed,
 * and for text after a closing quote, which a shell would join to the value.
 */
export function parseDotenv(text: string, file: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const entry = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/gm;
  for (let match = entry.exec(source); match !== null; match = entry.exec(source)) {
    const [, name = ''] = match;
    const start = entry.lastIndex;
    const quote = source[start];
    const isQuoted = quote === '"' || quote === "'";
    const end = isQuoted ? findClosing(source, start, quote) : lineEnd(source, start);
    const refuse = (problem: string): DevenvError => {
      const at = `${file}:${String(source.slice(0, match.index).split('\n').length)}`;
      return new DevenvError('CONFIG_INVALID', `the value of ${name} ${problem}`, { at });
    };
    if (end === -1) throw refuse('has an opening quote and no closing one');
    const rest = isQuoted ? source.slice(end + 1, lineEnd(source, end)) : '';
    if (!/^[ \t]*(?:#.*)?$/.test(rest)) throw refuse('has text after its closing quote');
    if (source.slice(start, end).includes('\0')) throw refuse('holds NUL');
    const raw = source.slice(isQuoted ? start + 1 : start, end);
    values.set(name, quote === '"' ? unescape(raw) : isQuoted ? raw : raw.replace(/(^|[ \t])#.*$/, '').trim());
    entry.lastIndex = end;
  }
  return values;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** The index of the quote that closes the one at `start`, or -1. */
function findClosing(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (quote === '"' && text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const unescape = (text: string): string =>
  text.replace(/\\([^])/g, (whole, letter: string) => escapes[letter] ?? (/["\\$]/.test(letter) ? letter : whole));
