import { createHash } from 'node:crypto';

/** Packets of a file of keys: signatures, primary keys, trust, names, subkeys and pictures (RFC 9580, 5). */
const expected = new Set([2, 6, 12, 13, 14, 17]);

/**
 * The fingerprints of all primary keys in an OpenPGP file, armored or not:
 * upper-case hex. None if any part of the file is something else: apt could read
 * a key there that nobody compared.
 */
export function readFingerprints(bytes: Buffer): readonly string[] {
  const found: string[] = [];
  const packets = decodeArmor(bytes);
  let at = 0;
  while (at < packets.length) {
    const head = packets[at] ?? 0;
    const length = (head & 0x40) === 0 ? oldLength(packets, at) : newLength(packets, at);
    const tag = (head & 0x40) === 0 ? (head >> 2) & 0xf : head & 0x3f;
    if ((head & 0x80) === 0 || length === undefined || !expected.has(tag)) return [];
    const body = packets.subarray(length.start, length.start + length.size);
    if (body.length !== length.size) return [];
    at = length.start + length.size;
    if (tag !== 6) continue;
    if (body[0] !== 4 || body.length >= 0x10000) return [];
    // A version 4 key: the SHA-1 of 0x99, its length in two bytes, and the packet (RFC 9580, 5.5.4.2).
    const frame = Buffer.from([0x99, body.length >> 8, body.length & 0xff]);
    found.push(createHash('sha1').update(frame).update(body).digest('hex').toUpperCase());
  }
  return found;
}

const armor =
  /-----BEGIN PGP PUBLIC KEY BLOCK-----[ \t]*\r?\n(?:[A-Za-z]+: [^\r\n]*\r?\n)*[ \t]*\r?\n((?:[A-Za-z0-9+/]+[ \t]*\r?\n)*[A-Za-z0-9+/]+={0,2}[ \t]*\r?\n)(?:=[A-Za-z0-9+/]{4}[ \t]*\r?\n)?-----END PGP PUBLIC KEY BLOCK-----\s*/y;

/** The bytes themselves unless they begin as armor does; nothing if the text is not armor throughout. */
function decodeArmor(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x2d) return bytes;
  const text = bytes.toString('latin1');
  const decoded: Buffer[] = [];
  for (armor.lastIndex = 0; armor.lastIndex < text.length;) {
    const [, body] = armor.exec(text) ?? [];
    if (body === undefined) return Buffer.alloc(0);
    decoded.push(Buffer.from(body, 'base64'));
  }
  return Buffer.concat(decoded);
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
