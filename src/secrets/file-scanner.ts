import { setImmediate } from 'node:timers/promises';
import type { Finding } from '../model/finding.ts';
import { joinPatterns } from '../model/join-patterns.ts';
import { findBinaryKey, maybeBinaryKey } from './binary-keys.ts';
import { ContentScanner } from './content-scanner.ts';
import { type BytePath, escapePath } from '../model/byte-path.ts';
import type { PathRule } from './path-rule.ts';
import { pathRules } from './path-rules.ts';

/** Where package managers install, and folders of unpacked runtimes anywhere. Programs are full of words like `password`. */
const installed = joinPatterns([
  /^\/(?:bin|sbin|lib|lib32|lib64|boot|nix\/store|var\/lib\/(?:dpkg|apt))\//,
  // Images of runtimes suggest /usr/src/app for people's own programs.
  /\/usr\/(?:lib|lib32|lib64|libexec|share|include|src\/linux-[^/]+|bin|sbin)\//,
  /\/(?:node_modules|site-packages|dist-packages|gems|bundler|linuxbrew|go\/pkg\/mod|registry\/src|vendor\/bundle)\//,
  /\/(?:\.m2\/repository|\.gradle\/caches|\.nuget\/packages|\.rustup\/toolchains|\.sdkman\/candidates)\//,
  /\/(?:\.nvm|\.pyenv|\.rbenv)\/versions\/|\/\.local\/share\/(?:uv|fnm|mise)\/|\/\.asdf\/installs\//,
  /(?<!^\/var)\/[Ll]ib(?:32|64|exec)?\/(?:python|pypy|ruby|perl|erlang|elixir|rustlib|jvm|php|node|go|ghc|ocaml|tcl|lua|R)[\d.-]*\//,
  /\/(?:[Pp]ython|pypy)-?\d[\d.]*\/[Ll]ib\/|\/(?:jdk|jre|openjdk|temurin|graalvm)[\w.+-]*\/(?:lib|conf|legal|demo)\//,
  /\/go[\d.-]*\/(?:src\/(?:cmd|crypto|encoding|go|internal|net|os|testing|vendor)|test)\//,
  /\/(?:mini|ana)?(?:conda|forge|mamba)\d?\/(?:pkgs|lib|share|envs)\/|\/share\/(?:doc|man|info|locale)\//,
]);

/** Tests, examples and documentation of a package are public. */
const shown =
  /\/(?:tests?|testing|__tests__|testdata|certdata|test[-_]?(?:data|fixtures?|certs?|keys?)|fixtures?|mocks?|dummy[-_]?server|specs?|examples?|samples?|docs?|demos?|benchmarks?)\/|[._-](?:test|spec)\.[cm]?[jt]sx?$|_(?:test|spec)\.\w+$|\/test_[^/]*\.py$|\.(?:md|mdx|rst|adoc|pod)$/i;

/** Source code: its values are in quotes. */
const code =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kts?|scala|php|pl|pm|lua|erl|exs?|cs|vb|fsx?|[chm]|cc|cpp|cxx|h[hx]x?|hpp|mm|swift|dart|zig|nim|groovy|mli?|hs|vue|svelte|el|vim|map)$/i;

/** True for a file below a place of package managers. */
function isInstalled(path: string): boolean {
  return installed.test(path);
}

/** True for tests, examples and documentation that came with an installed package. */
function isPublished(path: string): boolean {
  const place = installed.exec(path);
  return place !== null && shown.test(path.slice(place.index + place[0].length - 1));
}

interface FileScan {
  readonly findings: readonly Finding[];
  /** The file is longer than what was searched. */
  readonly truncated: boolean;
}

const isAnyRule = joinPatterns(pathRules.map(({ path }) => path));

/** Bytes read of a file with a path rule. Such files are small. */
const judged = 256 * 1024;

/** Milliseconds for which a search may keep this process from signals and other work. */
const slice = 100;

/** Searches files for secrets, one after the other, by path and by content. */
export class FileScanner {
  readonly #content = new ContentScanner();
  readonly #decoder = new TextDecoder('latin1');
  #since = performance.now();

  async scan(path: BytePath, content: AsyncIterable<Uint8Array>): Promise<FileScan> {
    if (isPublished(path)) return { findings: [], truncated: false };
    const rule = findPathRule(path);
    const strictOnly = isInstalled(path);
    const kept: Uint8Array[] = [];
    let length = 0;
    let keeps = rule !== undefined;
    let convert: ReturnType<typeof openUtf16>;
    this.#content.begin({ strictOnly, isCode: code.test(path) });
    for await (const chunk of joinHead(content)) {
      if (length === 0) {
        keeps ||= !strictOnly && maybeBinaryKey(chunk);
        convert = openUtf16(chunk.subarray(0, utf16Head));
      }
      if (keeps && length < judged) kept.push(chunk.slice(0, judged - length));
      length += chunk.length;
      this.#content.feed(convert === undefined ? chunk : convert(chunk));
      await this.#giveTurn();
    }
    const { matches, truncated } = this.#content.end();
    const name = escapePath(path);
    const byPlace = rule === undefined || length === 0 ? undefined : judge(rule, this.#decodeAll(kept));
    const byBytes = byPlace === undefined && keeps && !strictOnly ? findBinaryKey(Buffer.concat(kept)) : undefined;
    const findings = [
      ...(byPlace === undefined ? [] : [byPlace]),
      ...(byBytes === undefined ? [] : [{ rule: byBytes, masked: '********' }]),
      ...matches.filter(({ line }) => line !== byPlace?.line),
    ];
    return { findings: findings.map((finding) => ({ path: name, ...finding })), truncated };
  }

  /** Without it, pieces that have arrived already are searched in one go. */
  async #giveTurn(): Promise<void> {
    if (performance.now() - this.#since < slice) return;
    await setImmediate();
    this.#since = performance.now();
  }

  #decodeAll(chunks: readonly Uint8Array[]): string {
    return chunks.map((chunk) => this.#decoder.decode(chunk)).join('');
  }
}

/** The same bytes; the first piece is long enough to tell an encoding. */
async function* joinHead(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head: Uint8Array | undefined = new Uint8Array();
  for await (const chunk of content) {
    if (head === undefined || (head.length === 0 && chunk.length >= utf16Head)) {
      head = undefined;
      yield chunk;
    } else {
      // A copy: the buffer of the piece is reused.
      head = Buffer.concat([head, chunk]);
      if (head.length < utf16Head) continue;
      yield head;
      head = undefined;
    }
  }
  if (head !== undefined && head.length > 0) yield head;
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

/** Bytes that tell whether a text is UTF-16. */
const utf16Head = 8;

/** For a file in UTF-16, by its first bytes: a function that converts its pieces, in order, to Latin-1 with `?` for other characters. */
function openUtf16(head: Uint8Array): ((piece: Uint8Array) => Uint8Array) | undefined {
  const order = findOrder(head);
  if (order === undefined) return undefined;
  let kept: number | undefined;
  return (piece) => {
    const bytes = kept === undefined ? piece : Buffer.concat([Uint8Array.of(kept), piece]);
    kept = bytes.length % 2 === 1 ? bytes.at(-1) : undefined;
    const text = new Uint8Array(Math.floor(bytes.length / 2));
    for (let at = 0; at < text.length; at += 1) {
      const [low = 0, high = 0] = [bytes[2 * at + order], bytes[2 * at + 1 - order]];
      text[at] = high === 0 ? low : 0x3f;
    }
    return text;
  };
}

/** Where the low byte of a character is. By the mark, else by characters of ASCII. */
function findOrder(head: Uint8Array): 0 | 1 | undefined {
  const [first, second] = head;
  if (first === 0xff && second === 0xfe) return 0;
  if (first === 0xfe && second === 0xff) return 1;
  const fits = (order: number): boolean =>
    head.length >= utf16Head && head.every((byte, at) => (at % 2 === order ? isText(byte) : byte === 0));
  return fits(0) ? 0 : fits(1) ? 1 : undefined;
}

const isText = (byte: number): boolean => (byte >= 0x20 && byte < 0x7f) || (byte >= 0x09 && byte <= 0x0d);
