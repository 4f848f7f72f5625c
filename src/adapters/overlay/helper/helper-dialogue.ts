import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { DevenvError } from '../../../errors/devenv-error.ts';
import { cleanText } from '../../docker/connection/clean-text.ts';
import type { FrameKind, Request } from './helper-protocol.ts';

/** A running helper program, in a container or as a process. */
export interface StartedHelper {
  /** The container's upper folder on the engine's machine, if the helper sees one. */
  readonly folder?: string;
  /** Folder of the container's control group, if the helper may freeze it. */
  readonly group?: string;
  readonly input: Writable;
  readonly output: Readable;
  /** Closes the connection, which ends the program. */
  readonly close: () => void;
  /** Waits until the program and its container are gone. */
  readonly remove: () => Promise<void>;
}

/** One frame of an answer: see helper-protocol.ts. */
export class Frame {
  readonly kind: FrameKind;
  readonly #bytes: Buffer;
  readonly #start: number;
  readonly #end: number;

  constructor(kind: FrameKind, bytes: Buffer, start: number, end: number) {
    this.kind = kind;
    this.#bytes = bytes;
    this.#start = start;
    this.#end = end;
  }

  get body(): Buffer {
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** One character per byte. Most frames are short: a buffer for each would take most of the time. */
  get text(): string {
    return this.#bytes.toString('latin1', this.#start, this.#end);
  }
}

const head = 5;
const pieceSize = 8 * 1024;

/** Sends requests to a helper and reads its answers, in order. A request need not wait for the answers before it. */
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
   * Sends a request and yields the frames of its answer, in batches as they
   * arrive. Throws ENGINE_REFUSED with the helper's message if the request fails
   * or the helper ends. If the caller stops early, the rest of the answer is read
   * and dropped.
   */
  async *ask(request: Request): AsyncGenerator<readonly Frame[]> {
    const before = this.#last;
    let done = (): void => undefined;
    this.#last = new Promise<void>((resolve) => (done = resolve));
    const sent = this.#sent.then(() => this.#send(request));
    this.#sent = sent;
    // The reader reports the end of the helper first.
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
    } catch (error) {
      throw explainFailure(error);
    } finally {
      while (!ended) ended = await this.#skip();
      done();
    }
  }

  /** Drops frames; true at the end of the answer or of the helper. */
  async #skip(): Promise<boolean> {
    try {
      return (await this.#read()).at(-1)?.kind === 'e';
    } catch {
      return true;
    }
  }

  async #send(request: Request): Promise<void> {
    for (const piece of formatRequest(request)) {
      if (this.#input.destroyed) throw new Error('it ended');
      if (!this.#input.write(piece)) await once(this.#input, 'drain');
      // Lets the helper start, and other work of this process run, before the next piece is made.
      await setImmediate();
    }
  }

  /** The complete frames that have arrived, at least one, all of one answer. */
  async #read(): Promise<readonly Frame[]> {
    for (;;) {
      const frames: Frame[] = [];
      let at = 0;
      while (this.#rest.length - at >= head && frames.at(-1)?.kind !== 'e') {
        const length = this.#rest.readUInt32LE(at + 1);
        if (this.#rest.length - at - head < length) break;
        const kind = String.fromCharCode(this.#rest[at] ?? 0) as FrameKind;
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

/** The bytes of a request, in pieces of about 8 KiB. */
function* formatRequest(request: Request): Generator<Buffer> {
  const [name, words, list]: UntypedRequest = request;
  let piece = formatWords([name, ...words]);
  if (list !== undefined) {
    for (const item of list) {
      piece += formatWords(item);
      if (piece.length < pieceSize) continue;
      yield Buffer.from(piece, 'latin1');
      piece = '';
    }
    piece += '\0';
  }
  if (piece !== '') yield Buffer.from(piece, 'latin1');
}

type UntypedRequest = readonly [name: string, words: readonly string[], list?: Iterable<readonly string[]>];

const formatWords = (words: readonly string[]): string => `${words.join('\0')}\0`;

function explainFailure(error: unknown): unknown {
  if (error instanceof DevenvError || !(error instanceof Error)) return error;
  if (error.message.endsWith(': error 28')) {
    return new DevenvError('ENGINE_REFUSED', 'The disk of the engine’s machine is full.', {
      hint: 'Free some space there, then run the same command again.',
    });
  }
  return new DevenvError('ENGINE_REFUSED', `The helper beside the workspace: ${cleanText(error.message)}.`, {
    cause: error,
  });
}
