import { Writable } from 'node:stream';

/** A stream that keeps what it is given; `delay` milliseconds for each chunk make it a slow reader. */
export class Collect extends Writable {
  readonly #chunks: Buffer[] = [];
  readonly #delay: number;

  constructor(delay = 0) {
    super({ highWaterMark: 16 * 1024 });
    this.#delay = delay;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#chunks.push(chunk);
    if (this.#delay === 0) setImmediate(done);
    else setTimeout(done, this.#delay);
  }
}
