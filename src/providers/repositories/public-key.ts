import { decodeBase64, encodeBase64 } from './base64.ts';

const [begin, end] = ['-----BEGIN PGP PUBLIC KEY BLOCK-----', '-----END PGP PUBLIC KEY BLOCK-----'];

/**
 * An OpenPGP public key, armored or not, in the one armored form that equal keys
 * share. Undefined for anything else: what is written into devenv.yaml must not
 * be another file.
 */
export function armorKey(bytes: Uint8Array): string | undefined {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join('')
    .trim();
  const isArmored = text.startsWith(begin) && text.endsWith(end);
  const lines = text
    .slice(begin.length, -end.length)
    .split('\n')
    .map((line) => line.trim());
  // Headers such as `Version: …`, and the checksum.
  const body = lines.filter((line) => !/^(?:[A-Za-z]+: |=)/.test(line)).join('');
  const key = isArmored ? decodeBase64(body) : bytes;
  if (key === undefined || !isPublicKey(key)) return undefined;
  return printArmor(`${encodeBase64(key)}=${encodeBase64(crc24(key))}`);
}

/** The same from its lines joined, as the lock has it. Undefined for anything else. */
export function restoreArmor(line: string): string | undefined {
  const body = line.startsWith(begin) && line.endsWith(end) ? line.slice(begin.length, -end.length) : '';
  return /^[A-Za-z0-9+/]+={0,2}=[A-Za-z0-9+/]{4}$/.test(body) ? printArmor(body) : undefined;
}

/** `body`: base64, `=` and the checksum in base64. */
function printArmor(body: string): string {
  const lines = body.slice(0, -5).match(/.{1,64}/g) ?? [];
  return [begin, '', ...lines, body.slice(-5), end, ''].join('\n');
}

/** True for packets of public keys, names and signatures alone. */
function isPublicKey(key: Uint8Array): boolean {
  const allowed = [2, 6, 12, 13, 14, 17];
  let at = 0;
  while (at < key.length) {
    const head = key[at] ?? 0;
    const isNew = (head & 0x40) !== 0;
    const tag = isNew ? head & 0x3f : (head >> 2) & 0x0f;
    if ((head & 0x80) === 0 || !allowed.includes(tag) || (at === 0 && tag !== 6)) return false;
    const [size, skip] = isNew ? readNewLength(key, at + 1) : readOldLength(key, at + 1, head & 3);
    if (size < 0) return false;
    at += 1 + skip + size;
  }
  return key.length > 0 && at === key.length;
}

/** Length of a packet's body and of the field that says it; -1 for one of unknown length. */
function readNewLength(key: Uint8Array, at: number): readonly [size: number, skip: number] {
  const first = key[at] ?? 0;
  if (first < 192) return [first, 1];
  if (first < 224) return [(first - 192) * 256 + (key[at + 1] ?? 0) + 192, 2];
  return first === 255 ? [readNumber(key, at + 1, 4), 5] : [-1, 1];
}

const readOldLength = (key: Uint8Array, at: number, kind: number): readonly [size: number, skip: number] =>
  kind === 3 ? [-1, 0] : [readNumber(key, at, 2 ** kind), 2 ** kind];

const readNumber = (key: Uint8Array, at: number, size: number): number =>
  Array.from({ length: size }, (_, index) => key[at + index] ?? 0).reduce((sum, byte) => sum * 256 + byte, 0);

/** The checksum of OpenPGP's armor. */
function crc24(bytes: Uint8Array): Uint8Array {
  let crc = 0xb704ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1864cfb;
    }
  }
  return new Uint8Array([(crc >> 16) & 0xff, (crc >> 8) & 0xff, crc & 0xff]);
}
