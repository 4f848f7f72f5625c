import { describe, expect, it } from 'vitest';
import { parseAge, parseLimit, parseSince } from '../../src/start/parse-time.ts';

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

describe('parseSince', () => {
  it.each([
    ['90s', { kind: 'ago', milliseconds: 90_000 }],
    ['10m', { kind: 'ago', milliseconds: 600_000 }],
    ['2h', { kind: 'ago', milliseconds: 7_200_000 }],
    ['1d', { kind: 'ago', milliseconds: 86_400_000 }],
    ['2025-06-30', { kind: 'moment', milliseconds: Date.UTC(2025, 5, 30) }],
    ['2025-06-30T12:00:00Z', { kind: 'moment', milliseconds: Date.UTC(2025, 5, 30, 12) }],
  ])('reads %s', (text, since) => {
    expect(parseSince(text)).toEqual(since);
  });

  it.each(['', 'yesterday', '10', '10 m', '-5m', '5w', '2025-13-40', '1'])('refuses %j', (text) => {
    expect(() => parseSince(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('parseLimit', () => {
  it.each([
    ['30', 30_000],
    ['0.5', 500],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['24d', 24 * 86_400_000],
  ])('reads %s', (text, milliseconds) => expect(parseLimit(text)).toBe(milliseconds));

  it.each(['', '0', '0s', '-1', '1w', '1 s', '1e3', '.5', '25d', 'NaN', '1000000'])('refuses %j', (text) => {
    expect(() => parseLimit(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});
