import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuTime } from '../cpu-time.ts';
import { parseDotenv } from '../../src/environment/parse-dotenv.ts';

const read = (text: string): Record<string, string> => Object.fromEntries(parseDotenv(text, '.env.local'));

describe('parseDotenv', () => {
  it('reads what people write', () => {
    const text = [
      '\uFEFF# a comment',
      'PLAIN=one two # not this',
      'HASH=a#b',
      'export EXPORTED = spaced ',
      "SINGLE='$kept \\n # here'",
      'DOUBLE="a\\tb\\"c\\\\ $1"',
      'LINES="first',
      'second"',
      'EMPTY=',
      'not a line',
      '1BAD=x',
      'PLAIN=the last\r',
    ].join('\n');
    expect(read(text)).toEqual({
      PLAIN: 'the last',
      HASH: 'a#b',
      EXPORTED: 'spaced',
      SINGLE: '$kept \\n # here',
      DOUBLE: 'a\tb"c\\ $1',
      LINES: 'first\nsecond',
      EMPTY: '',
    });
  });

  it('reads a file with CRLF: a value over several lines has no CR', () => {
    expect(read('A="one\r\ntwo"\r\nB=\'x\r\ny\'\r\nC=bare\r\nD=\r\n')).toEqual({
      ...{ A: 'one\ntwo', B: 'x\ny', C: 'bare', D: '' },
    });
  });

  it.each([
    ['A="x\nB=2\n', 1, 'the value of A has an opening quote and no closing one'],
    ["ONE=1\n\nA='x\nB=2\n", 3, 'the value of A has an opening quote and no closing one'],
    ['ONE=1\nA="it\\"\n', 2, 'the value of A has an opening quote and no closing one'],
    ["A='it'\\''s'\n", 1, 'the value of A has text after its closing quote'],
    ['ONE="1\n2"\nA="x"y\n', 3, 'the value of A has text after its closing quote'],
    ['A="x"#y\n', 0, ''],
    ['A="x" # a comment\n', 0, ''],
  ])('refuses what a shell reads otherwise, with its line: %j', (text, line, message) => {
    if (line === 0) expect(read(text)).toEqual({ A: 'x' });
    else {
      const error = expect.objectContaining({
        code: 'CONFIG_INVALID',
        at: `.env.local:${String(line)}`,
        message,
      }) as Error;
      expect(() => read(text)).toThrow(error);
    }
  });

  it('gives back any value that is quoted', () => {
    const quote = (value: string): string =>
      `"${value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r')}"`;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (any) => {
        const value = any.replaceAll('\0', '');
        expect(read(`BEFORE=1\nX=${quote(value)}\nAFTER=2`)).toEqual({ BEFORE: '1', X: value, AFTER: '2' });
      }),
    );
  });

  it('is quick about hostile text', () => {
    const started = cpuTime();
    const refused = expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error;
    expect(() => read('A="'.repeat(80_000))).toThrow(refused);
    expect(() => read(`A="${'\\'.repeat(200_000)}`)).toThrow(refused);
    read('A='.repeat(80_000));
    read(`A=${' #'.repeat(80_000)}`);
    expect(cpuTime() - started).toBeLessThan(2_000);
  });
});
