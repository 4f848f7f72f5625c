import { crc32 } from 'node:zlib';
import { writeTar } from '../../src/model/tar/tar.ts';
import { compress } from './compress.ts';

export interface FileEntry {
  /** `/`-separated. */
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
}

/** A compressed tar. `time`: of every file, in seconds. The same input gives the same bytes. */
export async function printTarball(files: readonly FileEntry[], time: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const entries = files.map(({ path, mode, bytes }) => ({ path, mode, time, size: bytes.length, content: [bytes] }));
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return compress('gzipSync', Buffer.concat(chunks));
}

/** A zip archive. Times of files are of 1980: the format has no time zone. */
export function printZip(files: readonly FileEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { path, mode, bytes } of files) {
    const name = Buffer.from(path);
    const body = compress('deflateRawSync', bytes);
    // Version, flags, method, time and date (1 January 1980), sum, sizes, length of the name.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(name.length, 22);
    const attributes = Buffer.alloc(14);
    attributes.writeUInt32LE(((0o100000 | mode) << 16) >>> 0, 6);
    attributes.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, attributes, name);
    const local = [Buffer.from('PK\x03\x04', 'latin1'), common, name, body];
    parts.push(...local);
    offset += local.reduce((sum, { length }) => sum + length, 0);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
