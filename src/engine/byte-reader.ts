/** Takes chunks of any size apart into pieces of wanted sizes, holding no more than one chunk and one piece. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Exactly `size` bytes; absent where the source ended before the first of them. Throws where it ended within. */
  async take(size: number): Promise<Buffer | undefined> {
    if (this.#chunk.length >= size) return this.#cut(size);
    const parts: Buffer[] = [];
    let left = size;
    while (left > 0) {
      if (this.#chunk.length === 0 && !(await this.#fill())) {
        if (left === size) return undefined;
        throw new Error('the stream ended early');
      }
      const part = this.#cut(Math.min(left, this.#chunk.length));
      parts.push(part);
      left -= part.length;
    }
    return Buffer.concat(parts);
  }

  /** The next bytes, at most `size` of them. Throws where there are none. */
  async some(size: number): Promise<Buffer> {
    if (this.#chunk.length === 0 && !(await this.#fill())) throw new Error('the stream ended early');
    return this.#cut(Math.min(size, this.#chunk.length));
  }

  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #cut(size: number): Buffer {
    const part = this.#chunk.subarray(0, size);
    this.#chunk = this.#chunk.subarray(size);
    return part;
  }

  async #fill(): Promise<boolean> {
    for (;;) {
      const next: IteratorResult<Uint8Array, unknown> = await this.#source.next();
      if (next.done === true) return false;
      const { buffer, byteOffset, byteLength } = next.value;
      if (byteLength === 0) continue;
      this.#chunk = Buffer.from(buffer, byteOffset, byteLength);
      return true;
    }
  }
}
