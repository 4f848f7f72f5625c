const block = 512;
/** Bytes of a name that a file system takes. */
const longest = 255;

/**
 * A tar of what deletes paths in a layer: empty files `.wh.NAME`. Engines write
 * them into a layer as they are, where each gives the overlay's own marks
 * another mode, and some the time of the capture. Names that are too long for
 * that become such a mark, a character device 0:0. Paths have one character
 * per byte, no slash at the start; `time` is in seconds since the epoch.
 */
export function* writeDeletions(paths: readonly string[], time = 0): Generator<Buffer> {
  for (const path of paths) {
    const at = path.lastIndexOf('/') + 1;
    const fits = path.length - at + 4 <= longest;
    const name = Buffer.from(fits ? `${path.slice(0, at)}.wh.${path.slice(at)}` : path, 'latin1');
    if (name.length > 100) {
      const record = paxRecord(Buffer.concat([Buffer.from('path='), name, Buffer.from('\n')]));
      yield header(Buffer.from('PaxHeaders/deletion'), 'x', record.length, time);
      yield Buffer.concat([record, Buffer.alloc((block - (record.length % block)) % block)]);
    }
    yield header(name, fits ? '0' : '3', 0, time);
  }
  yield Buffer.alloc(2 * block);
}

/** `LENGTH key=value\n`, where LENGTH counts itself. */
function paxRecord(body: Buffer): Buffer {
  let length = body.length + 1;
  while (String(length).length + body.length + 1 !== length) length = String(length).length + body.length + 1;
  return Buffer.concat([Buffer.from(`${String(length)} `), body]);
}

function header(name: Buffer, type: string, size: number, time: number): Buffer {
  const head = Buffer.alloc(block);
  name.copy(head, 0, 0, Math.min(100, name.length));
  head.write('0000000\0'.repeat(3), 100);
  head.write(`${toOctal(size)}\0${toOctal(time)}\0`, 124);
  head.write(`        ${type}`, 148);
  head.write('ustar\x0000', 257);
  head.write('0000000\x000000000\0', 329);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
}

const toOctal = (value: number): string => value.toString(8).padStart(11, '0');
