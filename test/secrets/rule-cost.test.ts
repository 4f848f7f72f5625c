import { describe, expect, it } from 'vitest';
import { pathFromText } from '../../src/model/byte-path.ts';
import { ContentScanner } from '../../src/secrets/content-scanner.ts';
import { FileScanner } from '../../src/secrets/file-scanner.ts';
import { pathRules } from '../../src/secrets/path-rules.ts';
import { cpuTime } from '../cpu-time.ts';

/** Bytes that a path rule reads of a file, halved. A quadratic pattern takes a second or more for them, a linear one some milliseconds. */
const length = 128 * 1024;
const most = 400;

const repeat = (unit: string): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Texts that a pattern names, as `token` of `(?:token|secret)\w*=`. */
const wordsOf = ({ source }: RegExp): readonly string[] => [
  ...new Set(source.replaceAll(/\(\?<\w+>|\\\w/g, '(').match(/[A-Za-z_-]{1,30}/g)),
];

function timeOf(work: () => unknown): number {
  const start = cpuTime();
  work();
  return cpuTime() - start;
}

describe('path rules', () => {
  const units = ['\n', '\r', '\t', 'a\r', ':', '=', 'a"'];
  const ends = ['', ' ', '\r', '\r ', '=', '": "aaaa",', '": {:', '>'];
  const rules = pathRules.flatMap(({ path, content }) => (content === undefined ? [] : [{ path, content }]));

  it.each(rules)('judges a hostile file of $path in linear time', ({ content }) => {
    const words = wordsOf(content);
    const hostile = [
      ...units.flatMap((unit) => [repeat(unit), `x${repeat(unit)}\nx`]),
      ...words.flatMap((word) => [`${word}${repeat('=')}`, `${word}${repeat('\n')}`]),
      ...words.flatMap((word) =>
        ends.flatMap((end) => [repeat(word + end), repeat(`"${word}${end}`), repeat(`<${word}${end}`)]),
      ),
    ];
    for (const text of hostile)
      expect(
        timeOf(() => content.exec(text)),
        JSON.stringify(text.slice(0, 40)),
      ).toBeLessThan(most);
  });
});

describe('content rules', () => {
  it('searches lists of Kubernetes secrets with long values in linear time', () => {
    const scanner = new ContentScanner();
    const list = `apiVersion: v1\ndata:\n k: ${'a'.repeat(8000)}\n${' b'.repeat(2000)}\n`;
    const text = Buffer.from(list.repeat(40));
    const search = (): void => {
      scanner.begin({ strictOnly: false, isCode: false });
      scanner.feed(text);
      scanner.end();
    };
    expect(timeOf(search)).toBeLessThan(most);
  });

  it('lets signals through during the search of a long file', async () => {
    const line = `password ${'a'.repeat(40)}\n`;
    const piece = Buffer.from(line.repeat(2000));
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 12 * 1024 * 1024; sent += piece.length) yield piece;
    }
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const before = cpuTime();
    await new FileScanner().scan(pathFromText('/srv/notes.txt'), pieces());
    clearInterval(timer);
    expect(turns).toBeGreaterThan((cpuTime() - before) / 1000);
  });
});
