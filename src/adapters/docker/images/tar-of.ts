const block = 512;

/** A tar with one small file. */
export async function* tarOf(name: string, text: string | Uint8Array, mode = 0o644): AsyncGenerator<Uint8Array> {
  const content = Buffer.from(text as string);
  const padding = Buffer.alloc(((block - (content.length % block)) % block) + 2 * block);
  await Promise.resolve();
  yield Buffer.concat([makeHeader({ name, mode, size: content.length, time: 0, type: '0' }), content, padding]);
}

/** A tar with one folder. `time`: seconds of its last write. */
export async function* tarOfFolder(name: string, time: number): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.concat([makeHeader({ name, mode: 0o755, size: 0, time, type: '5' }), Buffer.alloc(2 * block)]);
}

interface Entry {
  readonly name: string;
  readonly mode: number;
  readonly size: number;
  readonly time: number;
  /** 0: a file, 5: a folder. */
  readonly type: '0' | '5';
}

function makeHeader({ name, mode, size, time, type }: Entry): Buffer {
  const header = Buffer.alloc(block);
  header.write(name, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${time.toString(8).padStart(11, '0')}\0`, 136);
  // The checksum is computed over blanks in its place.
  header.write(`        ${type}`, 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
