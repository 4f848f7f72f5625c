/** An output of a program. */
export type Output = 'stdout' | 'stderr';

const header = 8;

/**
 * Splits the output of a program without a terminal, which comes in frames: a
 * type byte, three zeros, a big-endian length, the bytes. Buffers no frame.
 */
export class FrameDemuxer {
  readonly #emit: (output: Output, bytes: Uint8Array) => void;
  readonly #head = Buffer.alloc(header);
  #headBytes = 0;
  #left = 0;
  #output: Output = 'stdout';

  constructor(emit: (output: Output, bytes: Uint8Array) => void) {
    this.#emit = emit;
  }

  /** True between frames, where the stream may end. */
  get complete(): boolean {
    return this.#headBytes === 0 && this.#left === 0;
  }

  /** Throws a plain Error if the bytes are not frames. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left === 0) {
        const taken = bytes.subarray(at, at + header - this.#headBytes);
        this.#head.set(taken, this.#headBytes);
        this.#headBytes += taken.length;
        at += taken.length;
        if (this.#headBytes === header) this.#open();
        continue;
      }
      const part = bytes.subarray(at, at + this.#left);
      at += part.length;
      this.#left -= part.length;
      this.#emit(this.#output, part);
    }
  }

  #open(): void {
    this.#headBytes = 0;
    const type = this.#head.readUInt8(0);
    if (type > 2 || this.#head.readUIntBE(1, 3) !== 0) throw new Error('its output is not made of frames');
    this.#output = type === 2 ? 'stderr' : 'stdout';
    this.#left = this.#head.readUInt32BE(4);
  }
}
