import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** One piece of an answer, by its letter: see native/beside.c. */
export class Frame {
  readonly kind: string;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(kind: string, bytes: Buffer, start: number, end: number) {
    this.kind = kind;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get body(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** One character per byte. Most frames are short, and a buffer of their own would take longer than all else about them. */
  get text(): string {
    return this.#bytes.toString('latin1', this.#start, this.#end);
  }
}

const head = 5;

/** Questions and answers over a helper's input and output, in order; a question need not wait for the answers before it. */
export class HelperDialogue {
  readonly #input: Writable;
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #last: Promise<unknown> = Promise.resolve();
  #sent: Promise<unknown> = Promise.resolve();

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    this.#chunks = output[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /**
   * Sends words, each ended by NUL, and gives what is answered, as many frames
   * at once as arrived. Throws a plain Error with the helper's own words where
   * it failed, or ended. An answer that is left early is read to its end.
   */
  async *ask(words: Iterable<Buffer>): AsyncGenerator<readonly Frame[]> {
    const before = this.#last;
    let done = (): void => undefined;
    this.#last = new Promise<void>((resolve) => (done = resolve));
    const sent = this.#sent.then(() => this.#send(words));
    this.#sent = sent;
    // Whoever reads learns of the end before whoever writes does.
    sent.catch(() => undefined);
    await before;
    let ended = false;
    try {
      let failure: string | undefined;
      while (!ended) {
        const frames = await this.#read();
        ended = frames.at(-1)?.kind === 'e';
        failure ??= frames.find(({ kind }) => kind === '!')?.body.toString('utf8');
        if (failure === undefined) yield frames;
      }
      await sent;
      if (failure !== undefined) throw new Error(failure);
    } finally {
      while (!ended) ended = await this.#skip();
      done();
    }
  }

  /** True at the end of the answer, or of the helper. */
  async #skip(): Promise<boolean> {
    try {
      return (await this.#read()).at(-1)?.kind === 'e';
    } catch {
      return true;
    }
  }

  async #send(words: Iterable<Buffer>): Promise<void> {
    for (const word of words) {
      if (this.#input.destroyed) throw new Error('it ended');
      if (!this.#input.write(word)) await once(this.#input, 'drain');
      // The helper begins with these, and whoever else waits is served, while the next are made.
      await setImmediate();
    }
  }

  /** The frames that have arrived whole, one at least; those of one answer only. */
  async #read(): Promise<readonly Frame[]> {
    for (;;) {
      const frames: Frame[] = [];
      let at = 0;
      while (this.#rest.length - at >= head && frames.at(-1)?.kind !== 'e') {
        const length = this.#rest.readUInt32LE(at + 1);
        if (this.#rest.length - at - head < length) break;
        const kind = String.fromCharCode(this.#rest[at] ?? 0);
        frames.push(new Frame(kind, this.#rest, at + head, at + head + length));
        at += head + length;
      }
      this.#rest = this.#rest.subarray(at);
      if (frames.length > 0) return frames;
      const next = await this.#chunks.next();
      if (next.done === true) throw new Error('it ended');
      this.#rest = this.#rest.length === 0 ? next.value : Buffer.concat([this.#rest, next.value]);
    }
  }
}
