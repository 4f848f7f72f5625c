import { describe, expect, it } from 'vitest';
import { parseAge } from '../../src/start/parse-age.ts';

describe('parseAge', () => {
  it.each([
    ['12h', 12 * 3600_000],
    ['30d', 30 * 24 * 3600_000],
    ['2w', 14 * 24 * 3600_000],
  ])('reads %s', (text, milliseconds) => expect(parseAge(text)).toBe(milliseconds));

  it.each(['', 'd', '-1d', '1', '1m', '1 d', '123456d', '1dd', '1e3d'])('refuses "%s"', (text) => {
    expect(() => parseAge(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
