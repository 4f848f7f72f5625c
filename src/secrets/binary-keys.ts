/** Object identifiers in DER: of bags in PKCS #12 that hold keys, and of the encryption of a PKCS #8 key. */
const keyBag = Buffer.from('2a864886f70d010c0a01', 'hex');
const encryptions = ['2a864886f70d010503', '2a864886f70d01050d', '2a864886f70d010c01'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

/** Bytes that may start a file with a key. */
const starts = new Set([0x30, 0xfe, 0xce, 0x03, 0x05, 0x94, 0x95, 0xc5]);

/** Whether a file may hold a key, by its first byte. */
export const maybeBinaryKey = ([first]: Uint8Array): boolean => first !== undefined && starts.has(first);

/** The rule of a file that is a private key or a key store, by its first bytes; absent if it holds certificates or public keys alone. */
export function findBinaryKey(bytes: Buffer): 'key-store' | 'private-key' | 'gpg-key' | undefined {
  if (bytes.length < 32) return undefined;
  const magic = bytes.readUInt32BE(0);
  if (magic === 0x03d9a29a) return 'key-store';
  if (magic === 0xfeedfeed || magic === 0xcececece) return holdsJavaKey(bytes) ? 'key-store' : undefined;
  if (isKeytab(bytes)) return 'key-store';
  if (isSecretPacket(bytes)) return 'gpg-key';
  return bytes[0] === 0x30 ? judgeDer(bytes) : undefined;
}

/** Walks the entries of a Java key store: 1 is a key, 2 a certificate, 3 a secret key. */
function holdsJavaKey(bytes: Buffer): boolean {
  const [version, count] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
  let at = 12;
  const skipText = (): void => void (at += 2 + (at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0));
  for (let entry = 0; entry < count && at + 6 <= bytes.length; entry += 1) {
    if (bytes.readUInt32BE(at) !== 2) return true;
    at += 4;
    skipText();
    at += 8;
    if (version === 2) skipText();
    at += 4 + (at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0);
  }
  return false;
}

/** Kerberos: version 5.2, the length of an entry, its number of names, its realm. */
function isKeytab(bytes: Buffer): boolean {
  const realm = bytes.readUInt16BE(8);
  const fits = bytes.readUInt16BE(0) === 0x0502 && bytes.readUInt32BE(2) < 2000 && bytes.readUInt16BE(6) < 10;
  return fits && realm > 0 && realm < 256 && /^[\w.-]+$/.test(bytes.toString('latin1', 10, 10 + realm));
}

/** RFC 4880: a secret key, version 4, with a known algorithm. */
function isSecretPacket(bytes: Buffer): boolean {
  const [tag = 0, length = 0] = bytes;
  const body = tag === 0x94 ? 2 : tag === 0x95 ? 3 : tag === 0xc5 ? (length < 192 ? 2 : length < 224 ? 3 : 6) : 0;
  return body > 0 && bytes[body] === 4 && [1, 2, 3, 16, 17, 18, 19, 22].includes(bytes[body + 5] ?? 0);
}

/** PKCS #12, PKCS #1, PKCS #8 and SEC 1: a sequence that begins with the version, or with an encryption. */
function judgeDer(bytes: Buffer): 'key-store' | 'private-key' | undefined {
  const inner = skipLength(bytes, 1);
  if (bytes[inner] === 0x30) {
    const oid = skipLength(bytes, inner + 1) + 2;
    return encryptions.some((known) => bytes.subarray(oid, oid + known.length).equals(known))
      ? 'private-key'
      : undefined;
  }
  const [type, length, version, next] = bytes.subarray(inner, inner + 4);
  if (type !== 0x02 || length !== 1) return undefined;
  if (version === 3) return bytes.includes(keyBag) && holdsKeyBag(bytes) ? 'key-store' : undefined;
  // An integer: the modulus. A sequence: the algorithm. A string of 20 to 66 bytes: the key of a curve.
  const isKey = version === 0 ? next === 0x02 || next === 0x30 : version === 1 && next === 0x04;
  return isKey && (bytes[inner + 4] ?? 0) > 0x03 ? 'private-key' : undefined;
}

/** 1: a key, 2: an encrypted key, 5: a secret; 3 and 4 are certificates and lists. */
function holdsKeyBag(bytes: Buffer): boolean {
  for (let at = bytes.indexOf(keyBag); at !== -1; at = bytes.indexOf(keyBag, at + 1))
    if ([1, 2, 5].includes(bytes[at + keyBag.length] ?? 0)) return true;
  return false;
}

/** Where the content of a DER value begins, whose length is at an offset. */
const skipLength = (bytes: Buffer, at: number): number =>
  at + 1 + ((bytes[at] ?? 0) > 0x80 ? (bytes[at] ?? 0) & 0x7f : 0);
