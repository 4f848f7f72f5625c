import type { Finding } from '../model/finding.ts';
import { joinPatterns } from '../model/join-patterns.ts';
import { ContentScanner } from './content-scanner.ts';
import { type BytePath, escapePath } from '../model/byte-path.ts';
import { type PathRule, pathRules } from './path-rules.ts';

/** Where package managers install. The text of programs is full of words like `password`. */
const installed =
  /^\/(?:usr\/(?:lib|lib32|lib64|libexec|share|include|src|bin|sbin)|lib|lib32|lib64|bin|sbin|boot|var\/lib\/dpkg|var\/lib\/apt)\/|\/(?:node_modules|site-packages|dist-packages|gems|bundler|go\/pkg\/mod|registry\/src|vendor\/bundle|\.m2\/repository|\.rustup\/toolchains|\.nvm\/versions|\.pyenv\/versions|\.sdkman\/candidates|linuxbrew)\//;

/** Tests, examples and documentation of a package are public. */
const shown =
  /\/(?:tests?|__tests__|testdata|test[-_]?fixtures?|fixtures?|specs?|examples?|samples?|docs?|demos?|benchmarks?)\//i;

/** True for a file below a place of package managers. */
function isInstalled(path: string): boolean {
  return installed.test(path);
}

/** True for tests, examples and documentation that came with an installed package. */
function isPublished(path: string): boolean {
  const place = installed.exec(path);
  return place !== null && shown.test(path.slice(place.index + place[0].length - 1));
}

export interface FileScan {
  readonly findings: readonly Finding[];
  /** The file is longer than what was searched. */
  readonly truncated: boolean;
}

const isAnyRule = joinPatterns(pathRules.map(({ path }) => path));

/** Bytes read of a file with a path rule. Such files are small. */
const judged = 256 * 1024;

/** Searches files for secrets, one after the other, by path and by content. */
export class FileScanner {
  readonly #content = new ContentScanner();
  readonly #decoder = new TextDecoder('latin1');

  async scan(path: BytePath, content: AsyncIterable<Uint8Array>): Promise<FileScan> {
    if (isPublished(path)) return { findings: [], truncated: false };
    const rule = findPathRule(path);
    const kept: Uint8Array[] = [];
    let length = 0;
    this.#content.begin({ strictOnly: isInstalled(path) });
    for await (const chunk of content) {
      if (rule !== undefined && length < judged) kept.push(chunk.slice(0, judged - length));
      length += chunk.length;
      this.#content.feed(chunk);
    }
    const { matches, truncated } = this.#content.end();
    const name = escapePath(path);
    const byPlace = rule === undefined || length === 0 ? undefined : judge(rule, this.#decodeAll(kept));
    const findings = matches.filter(({ line }) => line !== byPlace?.line).map((match) => ({ path: name, ...match }));
    return { findings: byPlace === undefined ? findings : [{ path: name, ...byPlace }, ...findings], truncated };
  }

  #decodeAll(chunks: readonly Uint8Array[]): string {
    return chunks.map((chunk) => this.#decoder.decode(chunk)).join('');
  }
}

/**
 * How much of a file a search reads: nothing, all of it, or all of it if it
 * holds one of the search words (`strict`: one of a rule that is not loose).
 */
export function chooseReading(path: string): 'none' | 'all' | 'word' | 'strict' {
  if (isInstalled(path)) return isPublished(path) ? 'none' : 'strict';
  return isAnyRule.test(path) ? 'all' : 'word';
}

/** The rule for a path. Installed packages have samples and test files with such names. */
export function findPathRule(path: string): PathRule | undefined {
  if (isInstalled(path)) return undefined;
  if (!isAnyRule.test(path)) return undefined;
  return pathRules.find((rule) => rule.path.test(path));
}

function judge({ rule, content }: PathRule, text: string): Omit<Finding, 'path'> | undefined {
  if (content === undefined) return { rule, masked: '********' };
  const match = content.exec(text);
  if (match === null) return undefined;
  const value = match.groups?.['value'];
  const offset = match.index + (value === undefined ? 0 : match[0].lastIndexOf(value));
  return { rule, line: text.slice(0, offset).split('\n').length, masked: '********' };
}
