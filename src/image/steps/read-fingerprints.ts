import { createHash } from 'node:crypto';

/** The fingerprints of the primary keys in an OpenPGP file, armored or not: upper-case hex. Anything else has none. */
export function readFingerprints(bytes: Buffer): readonly string[] {
  const found: string[] = [];
  const packets = decodeArmor(bytes);
  let at = 0;
  while (at < packets.length) {
    const head = packets[at] ?? 0;
    const length = (head & 0x40) === 0 ? oldLength(packets, at) : newLength(packets, at);
    if ((head & 0x80) === 0 || length === undefined) return found;
    const tag = (head & 0x40) === 0 ? (head >> 2) & 0xf : head & 0x3f;
    const body = packets.subarray(length.start, length.start + length.size);
    // A version 4 key: the SHA-1 of 0x99, its length in two bytes, and the packet (RFC 9580, 5.5.4.2).
    if (tag === 6 && body[0] === 4 && body.length === length.size && body.length < 0x10000) {
      const frame = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
      found.push(createHash('sha1').update(frame).update(body).digest('hex').toUpperCase());
    }
    at = length.start + length.size;
  }
  return found;
}

function decodeArmor(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const blocks = text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n([^-]*)-----END/g);
  const decoded = [...blocks].map(([, block = '']) => {
    const body = block.replace(/^[A-Za-z]+: .*$/gm, '').replace(/^=[A-Za-z0-9+/]{4}\s*$/m, '');
    return Buffer.from(body.replace(/\s/g, ''), 'base64');
  });
  return decoded.length === 0 ? bytes : Buffer.concat(decoded);
}

interface Length {
  readonly start: number;
  readonly size: number;
}

function oldLength(bytes: Buffer, at: number): Length | undefined {
  const count = [1, 2, 4][(bytes[at] ?? 0) & 3];
  if (count === undefined || at + 1 + count > bytes.length) return undefined;
  return { start: at + 1 + count, size: bytes.readUIntBE(at + 1, count) };
}

function newLength(bytes: Buffer, at: number): Length | undefined {
  const [first = 0, second = 0] = bytes.subarray(at + 1, at + 3);
  if (first < 192) return { start: at + 2, size: first };
  if (first < 224) return { start: at + 3, size: ((first - 192) << 8) + second + 192 };
  if (first !== 255 || at + 6 > bytes.length) return undefined;
  return { start: at + 6, size: bytes.readUInt32BE(at + 2) };
}
