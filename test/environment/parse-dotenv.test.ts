import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from '../../src/environment/parse-dotenv.ts';

const read = (text: string): Record<string, string> => Object.fromEntries(parseDotenv(text));

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

  it('gives back any value that is quoted', () => {
    const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(read(`BEFORE=1\nX=${quote(value)}\nAFTER=2`)).toEqual({ BEFORE: '1', X: value, AFTER: '2' });
      }),
    );
  });

  it('is quick about hostile text', () => {
    const started = performance.now();
    parseDotenv('A="'.repeat(80_000));
    parseDotenv(`A="${'\\'.repeat(200_000)}`);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
