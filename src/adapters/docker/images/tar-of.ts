const block = 512;

/** A tar with one small file. */
export async function* tarOf(name: string, text: string | Uint8Array, mode = 0o644): AsyncGenerator<Uint8Array> {
  const content = Buffer.from(text as string);
  const header = Buffer.alloc(block);
  header.write(name, 0, 100);
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  // The checksum is computed over blanks in its place.
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  await Promise.resolve();
  yield Buffer.concat([header, content, Buffer.alloc(((block - (content.length % block)) % block) + 2 * block)]);
}
