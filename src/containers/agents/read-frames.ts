interface Frame {
  readonly kind: string;
  readonly id: number;
  readonly data: Buffer;
}

/** The script sends no longer frames. */
const longest = 1 << 20;

/** Collects bytes and returns the complete frames. Throws on bytes that are no frames. */
export function makeFrameReader(): (bytes: Buffer) => Frame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const frames: Frame[] = [];
    while (rest.length >= 9) {
      const length = rest.readUInt32BE(5);
      if (length > longest) throw new Error('a frame is too long');
      if (rest.length < 9 + length) break;
      const kind = rest.toString('latin1', 0, 1);
      frames.push({ kind, id: rest.readUInt32BE(1), data: rest.subarray(9, 9 + length) });
      rest = rest.subarray(9 + length);
    }
    return frames;
  };
}

export function makeFrame({ kind, id, data }: Frame): Buffer {
  const head = Buffer.alloc(9);
  head.write(kind, 0, 'latin1');
  head.writeUInt32BE(id, 1);
  head.writeUInt32BE(data.length, 5);
  return Buffer.concat([head, data]);
}
