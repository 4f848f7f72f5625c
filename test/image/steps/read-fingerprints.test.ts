import { describe, expect, it } from 'vitest';
import { readFingerprints } from '../../../src/image/steps/read-fingerprints.ts';
import { makeSigningKey } from '../../lab/apt-repository.ts';

describe('readFingerprints', () => {
  it('reads what gpg says, armored or not, of each primary key', async () => {
    const [one, two] = await Promise.all([makeSigningKey('One <one@example.com>'), makeSigningKey('Two')]);
    expect(readFingerprints(one.binary)).toEqual([one.fingerprint]);
    expect(readFingerprints(Buffer.from(one.armored))).toEqual([one.fingerprint]);
    const windows = Buffer.from(one.armored.replaceAll('\n', '\r\n'));
    expect(readFingerprints(windows)).toEqual([one.fingerprint]);
    expect(readFingerprints(Buffer.concat([one.binary, two.binary]))).toEqual([one.fingerprint, two.fingerprint]);
    expect(readFingerprints(Buffer.from(one.armored + two.armored))).toEqual([one.fingerprint, two.fingerprint]);
    expect(readFingerprints(one.binary.subarray(0, 20))).toEqual([]);
    await Promise.all([one.remove(), two.remove()]);
  });

  it('finds none in a file with anything that apt could read as another key', async () => {
    const [good, bad] = await Promise.all([makeSigningKey('Good'), makeSigningKey('Bad')]);
    const commented = bad.armored.replace('BLOCK-----\n', 'BLOCK-----\nComment: a-b\n');
    const text = (armored: string): Buffer => Buffer.from(armored);
    // A primary key of version 6, a secret key, and a packet of partial lengths before another key.
    const sixth = Buffer.from([0xc6, 2, 6, 0]);
    const secret = Buffer.from([0xc5, 2, 4, 0]);
    const partial = Buffer.from([0xcb, 0xe0, 0, 0]);
    const refused = [
      Buffer.concat([bad.binary, text(`\n${good.armored}`)]),
      text(`Hello\n${good.armored}`),
      text(`${good.armored.replace('-----END', '=\n-----END')}`),
      Buffer.concat([good.binary, sixth]),
      Buffer.concat([good.binary, secret]),
      Buffer.concat([good.binary, partial, bad.binary]),
      Buffer.concat([good.binary, bad.binary.subarray(0, 30)]),
    ];
    for (const file of refused) expect(readFingerprints(file)).toEqual([]);
    expect(readFingerprints(text(commented + good.armored))).toEqual([bad.fingerprint, good.fingerprint]);
    await Promise.all([good.remove(), bad.remove()]);
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
