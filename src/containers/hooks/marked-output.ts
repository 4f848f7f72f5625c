import { Writable } from 'node:stream';

/**
 * Passes on what comes before a mark, as it comes, and hands over the rest of
 * the mark's line; what follows is dropped. Looks at bytes alone, so that a
 * gigabyte takes no longer than to read it.
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
      // A copy: the chunk's memory may be used again.
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

/** How many of the last bytes may be the beginning of the mark. */
function longestStart(data: Buffer, mark: Buffer): number {
  for (let length = Math.min(data.length, mark.length - 1); length > 0; length -= 1) {
    if (data.compare(mark, 0, length, data.length - length) === 0) return length;
  }
  return 0;
}
