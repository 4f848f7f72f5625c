import type { ContentRule } from './content-rule.ts';
import { contentRules } from './content-rules.ts';
import { StartFinder } from './find-starts.ts';
import { isLogin, isPlaceholder } from './is-placeholder.ts';
import { looksChosen, looksRandom, looksStrong } from './looks-random.ts';

interface Match {
  readonly rule: string;
  /** Counts from 1. */
  readonly line: number;
  readonly masked: string;
}

interface ScanOptions {
  /** Without loose rules. */
  readonly strictOnly: boolean;
  /** Source code: a value without quotes is a name. */
  readonly isCode: boolean;
}

/** Bytes that are searched together. */
const window = 256 * 1024;
/** Bytes kept before a window, for look-behind. */
const lead = 256;
/** Bytes after a window: the longest match that starts at its end. */
const overlap = 16 * 1024;
/** Bytes searched of each file. */
export const scanLimit = 16 * 1024 * 1024;
/** Bytes at a file's start in which a NUL makes it binary. */
const sniff = 8 * 1024;
const mostPerFile = 100;

const starts = contentRules.flatMap((rule) =>
  rule.starts.map((text) => ({ rule, text, anyCase: rule.anyCase === true })),
);

/** The only rules that are asked in binary files of packages: programs hold words by the million. */
const inBinaries = new Set(['private-key']);
/** How compiled programs and libraries begin. */
const compiledHeads = ['\x7fELF', '!<arch>\n'];

/** Source code of packages shows examples of these, or has the public key of a service that it calls. */
const inExamples = new Set(['private-key', 'aws-secret-key', 'google-api-key']);

/** A file without any of these holds nothing that the rules find. */
export const searchedWords = contentRules.flatMap((rule) =>
  (rule.holds === undefined ? rule.starts : [rule.holds]).map((text) => ({
    ...{ text, anyCase: rule.anyCase === true, loose: rule.loose === true, inBinaries: inBinaries.has(rule.rule) },
  })),
);

/**
 * Searches files for secrets, one after the other, in constant memory: `begin`,
 * `feed` for each piece, `end`. The cuts between pieces change nothing. Keeps no
 * values.
 */
export class ContentScanner {
  readonly #finder = new StartFinder(starts);
  readonly #bytes = Buffer.alloc(lead + window + overlap);
  #options: ScanOptions = { strictOnly: false, isCode: false };
  /** Where in `#bytes` the next window starts, and where the bytes end. */
  #start = 0;
  #fill = 0;
  #taken = 0;
  #line = 1;
  #binary: boolean | undefined;
  #compiled = false;
  #matches: Match[] = [];
  #lastIsLoose = false;
  #truncated = false;

  begin(options: ScanOptions): void {
    this.#options = options;
    this.#start = 0;
    this.#fill = 0;
    this.#taken = 0;
    this.#line = 1;
    this.#binary = undefined;
    this.#matches = [];
    this.#truncated = false;
  }

  feed(chunk: Uint8Array): void {
    const wanted = Math.min(chunk.length, scanLimit - this.#taken);
    if (wanted < chunk.length) this.#truncated = true;
    this.#taken += wanted;
    for (let from = 0; from < wanted;) {
      const part = Math.min(wanted - from, this.#start + window + overlap - this.#fill);
      this.#bytes.set(chunk.subarray(from, from + part), this.#fill);
      this.#fill += part;
      from += part;
      if (this.#fill === this.#start + window + overlap) this.#scan(this.#start + window);
    }
  }

  /** `truncated`: the file is longer than what was searched. */
  end(): { readonly matches: readonly Match[]; readonly truncated: boolean } {
    this.#scan(this.#fill);
    return { matches: this.#matches, truncated: this.#truncated };
  }

  #scan(to: number): void {
    const bytes = this.#bytes;
    if (this.#binary === undefined) {
      const head = bytes.subarray(0, Math.min(sniff, this.#fill));
      this.#binary = head.includes(0);
      this.#compiled = compiledHeads.some((magic) => head.toString('latin1', 0, magic.length) === magic);
    }
    let text: string | undefined;
    let counted = this.#start;
    this.#finder.find(bytes, this.#start, to, this.#fill, (start, offset) => {
      const rule = starts[start]?.rule;
      if (rule === undefined || this.#matches.length >= mostPerFile || !this.#asks(rule)) return;
      // One character per byte, so that offsets agree.
      text ??= bytes.toString('latin1', 0, this.#fill);
      const joins = this.#binary === true && !this.#compiled && !this.#options.strictOnly;
      const masked = matchAt(rule, text, offset, { isCode: this.#options.isCode, joins });
      if (masked === undefined) return;
      this.#line += countLines(bytes, counted, offset);
      counted = offset;
      // One match a line, a strict one if there is one: `token: ghp_…` is a GitHub token.
      if (this.#matches.at(-1)?.line === this.#line) {
        if (!this.#lastIsLoose || rule.loose === true) return;
        this.#matches.pop();
      }
      this.#lastIsLoose = rule.loose === true;
      this.#matches.push({ rule: rule.rule, line: this.#line, masked });
    });
    this.#line += countLines(bytes, counted, to);
    const kept = Math.max(0, to - lead);
    bytes.copyWithin(0, kept, this.#fill);
    this.#start = to - kept;
    this.#fill -= kept;
  }

  #asks({ rule, loose }: ContentRule): boolean {
    const { strictOnly, isCode } = this.#options;
    if (!strictOnly) return this.#binary !== true || loose !== true;
    // Libraries of cryptography test themselves with keys that are in all their copies.
    if (this.#binary === true) return !this.#compiled && inBinaries.has(rule);
    return loose !== true && !(isCode && inExamples.has(rule));
  }
}

interface MatchOptions {
  readonly isCode: boolean;
  /** A value may follow another one without a sign between them. */
  readonly joins: boolean;
}

/** The mask of a secret at an offset: the prefix that all of its kind have, and stars. */
function matchAt(rule: ContentRule, text: string, offset: number, { isCode, joins }: MatchOptions): string | undefined {
  const pattern = (joins ? rule.joined : undefined) ?? rule.pattern;
  pattern.lastIndex = offset;
  const match = pattern.exec(text);
  if (match === null) return undefined;
  if (rule.loose === true && (!isSecretValue(rule, match, isCode, text) || isOfBadge(text, offset))) return undefined;
  return maskFor(rule, text.slice(offset, offset + 24));
}

/** Badges of READMEs have public tokens in their addresses. */
const isOfBadge = (text: string, offset: number): boolean =>
  /\.svg\?[\w=&-]*$/.test(text.slice(Math.max(0, offset - 80), offset));

/** In front of a name that a value follows without a sign: an option, a call or a statement that sets it, the start of a line. */
const isSet =
  /(?:[\s"']--?[a-z-]{0,30}|\bset(?:env)?[ _]?\w{0,30}|\bset\w{0,20}[( ]["'][\w.:-]{0,30}|#define\s{1,4}\w{0,30}|\{\w{0,30}|\n[ \t]{0,20}(?:\w{1,10}_)?)$/i;

function isSecretValue(
  { check }: ContentRule,
  { 0: whole, index, groups }: RegExpExecArray,
  isCode: boolean,
  all: string,
): boolean {
  const { value, double, single, bare, gap, chosen, more } = groups ?? {};
  const text = value ?? double ?? single ?? bare ?? whole;
  if (check === 'login') return isLogin(text);
  if (isCode && bare !== undefined) return false;
  const isBeside = gap !== undefined && !isSet.test(all.slice(Math.max(0, index - 48), index));
  if (isBeside && !looksStrong(text)) return false;
  if (isPlaceholder(text)) return false;
  if (check === undefined || looksRandom(text, bare === undefined)) return true;
  return (check === 'chosen' || (chosen !== undefined && more === undefined && !isBeside)) && looksChosen(text);
}

function maskFor({ starts: words, pattern, anyCase }: ContentRule, text: string): string {
  const open = anyCase !== true && !pattern.source.includes('(?<value>') && words.find((word) => text.startsWith(word));
  return `${open === false || open === undefined ? '' : open.trimEnd()}********`;
}

function countLines(bytes: Uint8Array, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1) if (bytes[at] === 10) lines += 1;
  return lines;
}
