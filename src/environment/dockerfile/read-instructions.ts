/** One instruction of a Dockerfile, its continued lines joined. */
export interface Instruction {
  /** Its first and last line; lines count from 1. The bodies of heredocs do not belong to it. */
  readonly line: number;
  readonly lastLine: number;
  /** In upper case: `COPY`. */
  readonly word: string;
  /** `--name=value`, as written; `true` for one without a value. */
  readonly flags: readonly (readonly [name: string, value: string])[];
  /** What follows the flags. */
  readonly rest: string;
}

/** A Dockerfile, split into instructions. */
interface Instructions {
  /** The image of a builder that it names, whose instructions are not known here. */
  readonly syntax: string | undefined;
  readonly instructions: readonly Instruction[];
}

const heredoc = /<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2/g;
const withHeredoc = new Set(['RUN', 'COPY', 'ADD']);

/** Splits a Dockerfile as builders do: directives, comments, continued lines, heredocs. */
export function readInstructions(text: string): Instructions {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  const directives = readDirectives(lines);
  const escape = directives.get('escape') === '`' ? '`' : '\\';
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (isBlank(lines[at])) continue;
    const first = at;
    let joined = '';
    let last = at;
    for (; at < lines.length; at += 1) {
      // Comments and empty lines between continued lines do not end an instruction.
      if (at > first && isBlank(lines[at])) continue;
      last = at;
      const line = (lines[at] ?? '').trimEnd();
      if (!line.endsWith(escape)) {
        joined += lines[at] ?? '';
        break;
      }
      joined += line.slice(0, -1);
    }
    const instruction = readInstruction(joined.trim(), first + 1, last + 1);
    instructions.push(instruction);
    if (!withHeredoc.has(instruction.word)) continue;
    for (const [, dash = '', , end = ''] of instruction.rest.matchAll(heredoc)) {
      const ends = (line: string): boolean => (dash === '' ? line : line.replace(/^\t+/, '')) === end;
      let found = at + 1;
      while (found < lines.length && !ends(lines[found] ?? '')) found += 1;
      if (found === lines.length) break;
      at = found;
    }
  }
  return { syntax: findSyntax(lines), instructions };
}

const isBlank = (line = ''): boolean => /^\s*(?:#|$)/.test(line);

/** The syntax that any comment before the first instruction names: builders differ in which ones they read. */
function findSyntax(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    if (!/^\s*(?:#|\/\/|$)/.test(line)) return undefined;
    const found = /\bsyntax\s*=\s*(\S+)/i.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** `# name=value` at the start of the file, before anything else. */
function readDirectives(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = /^#\s*([a-z]+)\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
    if (name === undefined) break;
    found.set(name.toLowerCase(), value);
  }
  return found;
}

function readInstruction(text: string, line: number, lastLine: number): Instruction {
  const [, word = '', after = ''] = /^(\S+)\s*([^]*)$/.exec(text) ?? [];
  const flags: (readonly [string, string])[] = [];
  let rest = after;
  for (;;) {
    const [whole, name = '', value = 'true'] = /^--([a-z][a-z-]*)(?:=("[^"]*"|\S*))?(?:\s+|$)/.exec(rest) ?? [];
    if (whole === undefined) break;
    flags.push([name, value]);
    rest = rest.slice(whole.length);
  }
  return { line, lastLine, word: word.toUpperCase(), flags, rest: rest.trim() };
}
