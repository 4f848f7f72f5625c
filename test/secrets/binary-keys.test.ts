import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pathFromText } from '../../src/model/byte-path.ts';
import { FileScanner } from '../../src/secrets/file-scanner.ts';
import { random } from './made-values.ts';

const scanner = new FileScanner();

async function scan(bytes: Uint8Array, cuts: readonly number[] = [], path = '/srv/x.bin'): Promise<readonly string[]> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const reused = new Uint8Array(bytes.length);
    const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
    for (const [index, end] of ends.entries()) {
      const piece = bytes.subarray(index === 0 ? 0 : ends[index - 1], end);
      reused.set(piece);
      yield reused.subarray(0, piece.length);
    }
  }
  const { findings } = await scanner.scan(pathFromText(path), pieces());
  return findings.map(({ rule }) => rule);
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curve = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const edwards = generateKeyPairSync('ed25519');

const u32 = (value: number): Buffer => Buffer.from(value.toString(16).padStart(8, '0'), 'hex');
const counted = (text: string): Buffer => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
const blob = Buffer.concat([u32(100), Buffer.alloc(100, 7)]);
const trusted = Buffer.concat([u32(2), counted('ca'), Buffer.alloc(8), counted('X.509'), blob]);
const keyEntry = Buffer.concat([u32(1), counted('mine'), Buffer.alloc(8), blob, u32(0)]);
const javaStore = (...entries: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(0xfeedfeed), u32(2), u32(entries.length), ...entries, Buffer.alloc(20)]);

/** As far as it is read: the version, and the bags. */
const pkcs12 = (...bags: readonly number[]): Buffer =>
  Buffer.concat([
    Buffer.from('30820400020103308203f006092a864886f70d010701', 'hex'),
    ...bags.map((bag) =>
      Buffer.concat([Buffer.from('2a864886f70d010c0a01', 'hex'), Buffer.from([bag]), Buffer.alloc(60)]),
    ),
  ]);

const secretPacket = (algorithm: number): Buffer =>
  Buffer.concat([Buffer.from([0x95, 1, 0xd8, 4, 0x65, 0, 0, 0, algorithm]), Buffer.alloc(472, 9)]);

describe('the content of a binary file', () => {
  it.each([
    ['PKCS #1', 'private-key', rsa.privateKey.export({ format: 'der', type: 'pkcs1' })],
    ['PKCS #8 of RSA', 'private-key', rsa.privateKey.export({ format: 'der', type: 'pkcs8' })],
    ['PKCS #8 of a curve', 'private-key', curve.privateKey.export({ format: 'der', type: 'pkcs8' })],
    ['PKCS #8 of Ed25519', 'private-key', edwards.privateKey.export({ format: 'der', type: 'pkcs8' })],
    [
      'encrypted PKCS #8',
      'private-key',
      rsa.privateKey.export({ format: 'der', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' }),
    ],
    ['SEC 1', 'private-key', curve.privateKey.export({ format: 'der', type: 'sec1' })],
    ['PKCS #12', 'key-store', pkcs12(3, 2)],
    ['a Java key store', 'key-store', javaStore(trusted, keyEntry)],
    [
      'a Kerberos keytab',
      'key-store',
      Buffer.concat([Buffer.from('05020000004b0002', 'hex'), counted('EXAMPLE.COM'), blob]),
    ],
    ['KeePass', 'key-store', Buffer.concat([Buffer.from('03d9a29a67fb4bb5', 'hex'), Buffer.alloc(60)])],
    ['OpenPGP', 'gpg-key', secretPacket(1)],
    ['OpenPGP of a curve', 'gpg-key', secretPacket(22)],
  ])('is a key: %s', async (_, rule, bytes) => {
    expect(await scan(bytes)).toEqual([rule]);
    expect(await scan(bytes, [1, 5, 9])).toEqual([rule]);
  });

  it.each([
    ['a public key', rsa.publicKey.export({ format: 'der', type: 'spki' })],
    ['an RSA public key', rsa.publicKey.export({ format: 'der', type: 'pkcs1' })],
    ['PKCS #12 with certificates alone', pkcs12(3, 3)],
    ['a Java store of certificates', javaStore(trusted, trusted)],
    ['an OpenPGP packet of an unknown algorithm', secretPacket(99)],
    ['text that begins with a 0', Buffer.from(`0000200001 ${'0'.repeat(60)}`)],
    ['a short file', Buffer.from('3003020100', 'hex')],
  ])('is no key: %s', async (_, bytes) => {
    expect(await scan(bytes)).toEqual([]);
  });

  it('is not judged below the folders of packages, which hold test keys', async () => {
    expect(await scan(pkcs12(2), [], '/usr/share/x/server.bin')).toEqual([]);
  });

  it('throws nothing, whatever it is', async () => {
    const heads = fc.constantFrom([0x30, 0x82], [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], [0x95], [0xc5, 0xff]);
    await fc.assert(
      fc.asyncProperty(heads, fc.uint8Array({ maxLength: 100 }), async (head, rest) => {
        await scan(Uint8Array.from([...head, ...rest]));
      }),
    );
  });
});

describe('text in UTF-16', () => {
  const text = `first line\r\nsecond é €\r\ntoken = ghp_${random(36)}\r\n`;
  const little = Buffer.from(text, 'utf16le');
  const big = Buffer.from(little).swap16();

  it.each([
    ['with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['in the other order', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
    ['without a mark', little],
    ['without a mark in the other order', big],
  ])('is searched %s, however it is cut', async (_, bytes) => {
    expect(await scan(bytes)).toEqual(['github-token']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 6 }), async (cuts) => {
        expect(await scan(bytes, cuts)).toEqual(['github-token']);
      }),
      { numRuns: 40 },
    );
  });
});
