/* oxlint-disable no-control-regex -- control characters are what is tested */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sanitize, sanitizeLine, sanitizeStyled } from '../../src/screen/sanitize.ts';

// What terminals act upon, far more often than chance would bring it.
const nasty = fc.constantFrom(
  ...[
    '\u001b',
    '[',
    ']',
    '\u009b',
    '\u009d',
    '\u0090',
    '\u0007',
    '\u001b\\',
    '\u009c',
    '\u001b[31m',
    '0;',
    'm',
    'P',
    '_',
    '^',
  ],
  ...[
    '\r',
    '\n',
    '\t',
    '\b',
    '\u0000',
    '\u007f',
    '\u202e',
    '\u2066',
    '\u200f',
    '\u2028',
    '\ufeff',
    'a',
    'é',
    '\ud83d\ude00',
  ],
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(nasty, { maxLength: 30 }).map((parts) => parts.join('')),
);

describe('sanitize', () => {
  it.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u009b1;31mred', 'red'],
    ['\u001b]0;title\u0007after', 'after'],
    ['\u001b]8;;https://x.example\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001bPsixel\u001b\\after', 'after'],
    ['\u001bcafter', 'after'],
    ['line\r\nnext', 'line\nnext'],
    ['over\rwritten', 'over\ufffdwritten'],
    ['evil\u202etxt.exe', 'evil\ufffdtxt.exe'],
    ['tab\tand\nline, é, 日本, \ud83d\ude00', 'tab\tand\nline, é, 日本, \ud83d\ude00'],
    ['unfinished \u001b]0;title\nnext line stays', 'unfinished \nnext line stays'],
  ])('%j becomes %j', (written, expected) => {
    expect(sanitize(written)).toBe(expected);
  });

  it('leaves nothing that a terminal acts upon', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(sanitize(written)).not.toMatch(
          /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(sanitize(sanitize(written))).toBe(sanitize(written));
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps what is harmless', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~\n\t]*$/), (written) => {
        expect(sanitize(written)).toBe(written);
      }),
    );
  });
});

describe('sanitizeLine', () => {
  it('makes one line of it', () => {
    fc.assert(
      fc.property(text, (written) => {
        expect(sanitizeLine(written)).not.toMatch(/[\n\t]/);
      }),
    );
  });
});

describe('sanitizeStyled', () => {
  it('keeps colours and nothing else that a terminal acts upon', () => {
    expect(sanitizeStyled('\u001b[32m✔\u001b[39m \u001b[2Jx\u001b]0;t\u0007\u202ey')).toBe(
      '\u001b[32m✔\u001b[39m x\ufffdy',
    );
    fc.assert(
      fc.property(text, (any) => {
        const shown = sanitizeStyled(any);
        expect(shown.replace(/\u001b\[[0-9;]*m/g, '')).not.toMatch(
          /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/,
        );
        expect(sanitizeStyled(shown)).toBe(shown);
      }),
    );
  });
});
