const block = 512;

/**
 * A tar of the overlay's marks of deletions, character devices 0:0. Paths have
 * one character per byte, no slash at the start.
 */
export function* writeDeletions(paths: readonly string[]): Generator<Buffer> {
  for (const path of paths) {
    const name = Buffer.from(path, 'latin1');
    if (name.length > 100) {
      const record = paxRecord(Buffer.concat([Buffer.from('path='), name, Buffer.from('\n')]));
      yield header(Buffer.from('PaxHeaders/deletion'), 'x', record.length);
      yield Buffer.concat([record, Buffer.alloc((block - (record.length % block)) % block)]);
    }
    yield header(name, '3', 0);
  }
  yield Buffer.alloc(2 * block);
}

/** `LENGTH key=value\n`, where LENGTH counts itself. */
function paxRecord(body: Buffer): Buffer {
  let length = body.length + 1;
  while (String(length).length + body.length + 1 !== length) length = String(length).length + body.length + 1;
  return Buffer.concat([Buffer.from(`${String(length)} `), body]);
}

function header(name: Buffer, type: string, size: number): Buffer {
  const head = Buffer.alloc(block);
  name.copy(head, 0, 0, Math.min(100, name.length));
  head.write('0000000\0'.repeat(3), 100);
  head.write(`${size.toString(8).padStart(11, '0')}\x0000000000000\0`, 124);
  head.write(`        ${type}`, 148);
  head.write('ustar\x0000', 257);
  head.write('0000000\x000000000\0', 329);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}
