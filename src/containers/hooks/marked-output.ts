import { Writable } from 'node:stream';

/**
 * Passes on what comes before a mark and calls `found` with the rest of the
 * mark's line; drops what follows. Works on bytes, so that a gigabyte takes no
 * longer than to read it.
 */
export function markedOutput(mark: string, before: Writable, found: (rest: string) => void): Writable {
  const wanted = Buffer.from(mark);
  let held = Buffer.alloc(0);
  let over = false;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (over) return done();
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const at = data.indexOf(wanted);
      const end = at === -1 ? -1 : data.indexOf(10, at);
      const sure = at === -1 ? data.length - longestStart(data, wanted) : at;
      // A copy: the stream may reuse the chunk's memory.
      held = Buffer.from(data.subarray(sure));
      if (end !== -1) {
        over = true;
        found(data.toString('utf8', at + wanted.length, end));
      }
      if (sure === 0 || before.write(data.subarray(0, sure))) done();
      else before.once('drain', done);
    },
  });
}

/** Number of last bytes that could begin the mark. */
function longestStart(data: Buffer, mark: Buffer): number {
  for (let length = Math.min(data.length, mark.length - 1); length > 0; length -= 1) {
    if (data.compare(mark, 0, length, data.length - length) === 0) return length;
  }
  return 0;
}
