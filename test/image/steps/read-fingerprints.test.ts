import { describe, expect, it } from 'vitest';
import { readFingerprints } from '../../../src/image/steps/read-fingerprints.ts';
import { makeSigningKey } from '../../lab/apt-repository.ts';

describe('readFingerprints', () => {
  it('reads what gpg says, armored or not, of each primary key', async () => {
    const [one, two] = await Promise.all([makeSigningKey('One <one@example.com>'), makeSigningKey('Two')]);
    expect(readFingerprints(one.binary)).toEqual([one.fingerprint]);
    expect(readFingerprints(Buffer.from(one.armored))).toEqual([one.fingerprint]);
    const windows = Buffer.from(`Hello\r\n${one.armored.replaceAll('\n', '\r\n')}`);
    expect(readFingerprints(windows)).toEqual([one.fingerprint]);
    expect(readFingerprints(Buffer.concat([one.binary, two.binary]))).toEqual([one.fingerprint, two.fingerprint]);
    expect(readFingerprints(Buffer.from(one.armored + two.armored))).toEqual([one.fingerprint, two.fingerprint]);
    expect(readFingerprints(one.binary.subarray(0, 20))).toEqual([]);
    await Promise.all([one.remove(), two.remove()]);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a page', Buffer.from('<!DOCTYPE html>')],
    ['zeros', Buffer.alloc(1000)],
    ['lengths beyond the end', Buffer.from('c6ffffffffff04', 'hex')],
    ['an old packet without a length', Buffer.from('9b04', 'hex')],
  ])('finds none in %s', (_title, bytes) => {
    expect(readFingerprints(bytes)).toEqual([]);
  });
});
