import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import {
  escapePath,
  pathFromBytes,
  pathFromText,
  pathToBytes,
  showPath,
  splitPaths,
} from '../../src/model/byte-path.ts';

describe('BytePath', () => {
  it('keeps every byte of a path', () => {
    fc.assert(
      fc.property(fc.uint8Array({ min: 1, minLength: 1 }), (bytes) => {
        expect([...pathToBytes(pathFromBytes(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it('is equal for a text and for the bytes of that text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(pathFromText(text)).toBe(pathFromBytes(Buffer.from(text)));
        expect(showPath(pathFromText(text))).toBe(Buffer.from(text).toString('utf8'));
      }),
    );
  });

  it.each([
    ['/usr/bin/jq', '/usr/bin/jq'],
    ['/srv/gr\u00fc\u00dfe', '/srv/gr\u00fc\u00dfe'],
    ['/srv/a\nb\tc\\d', '/srv/a\\nb\\tc\\\\d'],
    ['/srv/\u202egnp.exe', '/srv/\\u{202e}gnp.exe'],
  ])('escapes what is not printable in %j', (text, shown) => {
    expect(escapePath(pathFromText(text))).toBe(shown);
  });

  it('shows each byte of a path that is not UTF-8', () => {
    expect(escapePath(pathFromBytes(Uint8Array.of(0x2f, 0xff, 0x61)))).toBe('/\\xffa');
    expect(showPath(pathFromBytes(Uint8Array.of(0x2f, 0xff, 0x61)))).toBe('/\ufffda');
  });

  it('splits what a program prints', () => {
    expect(splitPaths(Buffer.from('/a\0/b\n\0\0'))).toEqual(['/a', '/b\n']);
  });
});
