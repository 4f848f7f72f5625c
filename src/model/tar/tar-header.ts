/** Why an archive is refused, for people: completes "it cannot be used: …". */
export class ArchiveRefused extends Error {}

export interface TarHeader {
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** Bytes of the content that follows. */
  readonly size: number;
  /** `0` and `7`: file, `1`: hard link, `2`: link, `5`: folder, `x`, `g`, `L`, `K`: about the next entries. */
  readonly type: string;
  readonly link: string;
}

/** Reads a header of 512 bytes. Throws ArchiveRefused if it is none. */
export function parseTarHeader(raw: Buffer): TarHeader {
  const octal = (from: number, to: number): number => {
    const digits = /^ *([0-7]{1,12})/.exec(raw.toString('latin1', from, to))?.[1];
    if (digits === undefined) throw new ArchiveRefused('it is not a tar');
    return Number.parseInt(digits, 8);
  };
  const sum = raw.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  if (octal(148, 156) !== sum) throw new ArchiveRefused('it is not a tar');
  const type = raw[156] === 0 ? '0' : raw.toString('latin1', 156, 157);
  const prefix =
    raw.toString('latin1', 257, 262) === 'ustar' && raw[263] !== 32 ? readTarName(raw.subarray(345, 500)) : '';
  const name = readTarName(raw.subarray(0, 100));
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: octal(100, 108) & 0o7777,
    size: type === '5' || type === '2' ? 0 : octal(124, 136),
    type,
    link: readTarName(raw.subarray(157, 257)),
  };
}

export function readTarName(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

/** The bytes of an entry, as a pax record tells them. Throws ArchiveRefused if that is no count. */
export function parsePaxSize(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new ArchiveRefused('a size in it is no number');
  return Number(text);
}

/** Reads the records of a pax header: `LENGTH name=value\n`, again and again. What is no record ends them. */
export function parsePax(content: Buffer): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (let at = 0; at < content.length;) {
    const length = Number(/^(\d{1,7}) /.exec(content.toString('latin1', at, at + 9))?.[1] ?? 0);
    if (length < 4) break;
    const [, name, value] = /^\d+ ([^=]+)=([^]*)\n$/.exec(content.toString('utf8', at, at + length)) ?? [];
    if (name !== undefined && value !== undefined) found.push([name, value]);
    at += length;
  }
  return Object.fromEntries(found);
}
