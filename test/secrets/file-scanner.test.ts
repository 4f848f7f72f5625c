import { pathFromBytes, pathFromText } from '../../src/model/byte-path.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/model/finding.ts';
import { contentRules } from '../../src/secrets/content-rules.ts';
import { searchedWords } from '../../src/secrets/content-scanner.ts';
import { FileScanner } from '../../src/secrets/file-scanner.ts';
import { pathRules } from '../../src/secrets/path-rules.ts';
import { random } from './made-values.ts';
import { files, harmless, tokens } from './planted.ts';

const scanner = new FileScanner();

async function* pieces(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    yield bytes.slice(from, cut);
    from = cut;
  }
  yield bytes.slice(from);
}

async function scan(
  path: string,
  text: string | Uint8Array,
  cuts: readonly number[] = [],
): Promise<readonly Finding[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return (await scanner.scan(pathFromText(path), pieces(bytes, cuts))).findings;
}

describe('FileScanner', () => {
  it.each(tokens)('finds %s in %j', async (rule, text) => {
    const found = await scan('/opt/app/settings', `first\n\n  ${text}\nlast\n`);
    expect(found.map((each) => [each.rule, each.line])).toEqual([[rule, 3]]);
  });

  it.each(files)('finds %s at %s', async (rule, path, text) => {
    expect((await scan(path, text)).map((each) => each.rule)).toContain(rule);
  });

  it('has a case for every rule', () => {
    expect(new Set(tokens.map(([rule]) => rule))).toEqual(new Set(contentRules.map(({ rule }) => rule)));
    expect(new Set(files.map(([rule]) => rule))).toEqual(new Set(pathRules.map(({ rule }) => rule)));
  });

  it.each(harmless)('takes nothing in %s for a secret', async (path, text) => {
    expect(await scan(path, text)).toEqual([]);
  });

  it.each(tokens)('is told to look for a word that stands in every %s: %j', (rule, text) => {
    const loose = contentRules.some((each) => each.rule === rule && each.loose === true);
    const words = searchedWords.filter((word) => word.loose === loose);
    const holds = ({ text: word, anyCase }: (typeof words)[number]): boolean =>
      (anyCase ? text.toLowerCase() : text).includes(word);
    expect(words.some(holds)).toBe(true);
  });

  it('shows nothing of a value', async () => {
    for (const [, text] of tokens) {
      const shown = JSON.stringify(await scan('/opt/x', text));
      for (let at = 0; at + 8 <= 36; at += 4) expect(shown).not.toContain(random(36).slice(at, at + 8));
    }
  });

  it('names the first line of a secret by its place', async () => {
    expect(await scan('/root/.netrc', 'machine a\n\nlogin b\npassword c\n')).toEqual([
      { path: '/root/.netrc', line: 4, rule: 'netrc', masked: '********' },
    ]);
  });

  it('finds tokens in binary files, and only keys in those of packages', async () => {
    const binary = `\0ghp_${random(36)} ${tokens[0]?.[1] ?? ''}`;
    const rules = async (path: string) => (await scan(path, binary)).map(({ rule }) => rule);
    expect(await rules('/opt/x')).toEqual(['github-token']);
    expect(await rules('/usr/lib/x/x.so')).toEqual(['private-key']);
    expect(await scan('/opt/x', `\0 password = "${random(20)}"`)).toEqual([]);
  });

  it('finds a token in a database, where it follows another value', async () => {
    const record = `SQLite format 3\0\x01ci-servernameghp_${random(36)}\0`;
    expect((await scan('/opt/data', record)).map(({ rule }) => rule)).toEqual(['github-token']);
  });

  it('shows every byte of an odd name', async () => {
    const path = pathFromBytes(Uint8Array.of(0x2f, 0xff, 0x0a, 0x1b, 0x61));
    const { findings } = await scanner.scan(path, pieces(Buffer.from(`ghp_${random(36)}`), []));
    expect(findings[0]?.path).toBe('/\\xff\\n\\x1ba');
  });

  it('finds the same wherever the content is cut', async () => {
    const part = fc.oneof(
      fc.constantFrom(...tokens.map(([, text]) => text)),
      fc.string({ maxLength: 300 }),
      fc.constantFrom('\n', ' \n', 'x'.repeat(70_000), 'password: ', `${'y'.repeat(262_100)}\n`),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { maxLength: 12 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        async (texts, cuts) => {
          const bytes = Buffer.from(texts.join(' '));
          const places = cuts.map((cut) => cut % (bytes.length + 1));
          expect(await scan('/opt/x', bytes, places)).toEqual(await scan('/opt/x', bytes));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('finds a secret at every place around the end of a window', async () => {
    const secret = `ghp_${random(36)}`;
    for (let offset = 256 * 1024 - 60; offset < 256 * 1024 + 20; offset += 1) {
      expect(await scan('/opt/x', `${'.'.repeat(offset)} ${secret} `)).toHaveLength(1);
    }
  });

  it('says where a file was searched in part only', async () => {
    async function* long(): AsyncGenerator<Uint8Array> {
      for (let megabyte = 0; megabyte < 40; megabyte += 1) yield new Uint8Array(1024 * 1024).fill(0x20);
    }
    expect(await scanner.scan(pathFromText('/opt/long'), long())).toEqual({ findings: [], truncated: true });
  });
});
