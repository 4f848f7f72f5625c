import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findNearestVersion,
  madisonArgv,
  parseMadison,
  parseMissing,
  compareDebianVersions,
} from '../../../src/providers/debian/apt-available.ts';

describe('compareDebianVersions', () => {
  it.each([
    ['1.0', '1.0', 0],
    ['1.10', '1.9', 1],
    ['1.0~rc1', '1.0', -1],
    ['1.0~~', '1.0~', -1],
    ['1:0.1', '9.9', 1],
    ['1.0-1', '1.0-1+b1', -1],
    ['1.0a', '1.0+', -1],
    ['1.6-2.1', '1.6-2.1+deb12u2', -1],
    ['2.39.5-0+deb12u2', '2.39.5-0+deb12u10', -1],
    ['0', '00', 0],
    ['1.0-', '1.0', 0],
  ])('%s against %s gives %i, and the other way round its opposite', (a, b, order) => {
    expect(Math.sign(compareDebianVersions(a, b))).toBe(order);
    expect(Math.sign(compareDebianVersions(b, a)) + order).toBe(0);
  });

  it('is an order', () => {
    const version = fc.stringMatching(/^[0-9a-z.+~-]{1,8}$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const sorted = [a, b, c].sort(compareDebianVersions);
        expect(compareDebianVersions(sorted[0] ?? '', sorted[2] ?? '')).toBeLessThanOrEqual(0);
        expect(Math.sign(compareDebianVersions(a, b)) + Math.sign(compareDebianVersions(b, a))).toBe(0);
      }),
    );
  });
});

describe('what a mirror lacks and has', () => {
  it('is read from what apt says', () => {
    expect(parseMissing(['Reading package lists...', "E: Version '9.9-1' for 'jq' was not found", 'E: other'])).toEqual(
      [{ name: 'jq', version: '9.9-1' }],
    );
    const madison =
      ' jq | 1.6-2.1 | http://a bookworm/main amd64 Packages\n jq | 1.6-2.1 | http://b bookworm/main amd64 Packages\n jq | 1.7-1 | http://a sid/main amd64 Packages\n jq | 1.8-1 | http://a sid/main Sources\nnonsense\n';
    expect(Object.fromEntries(parseMadison(madison))).toEqual({ jq: ['1.6-2.1', '1.7-1'] });
    expect(madisonArgv(['jq']).slice(-3)).toEqual(['madison', '--', 'jq']);
  });

  it.each([
    ['1.5', ['1.4', '1.10', '1.6'], '1.6'],
    ['2.0', ['1.4', '1.10'], '1.10'],
    ['1.6', ['1.6', '1.7'], '1.6'],
    ['1', [], undefined],
  ])('nearest to %s among %j is %s', (wanted, available, nearest) => {
    expect(findNearestVersion(wanted, available)).toBe(nearest);
  });
});
