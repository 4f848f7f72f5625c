import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type { Runtime } from '../ports/runtime.ts';

const longestLine = 2_000;
const [lineFeed, carriageReturn, space] = [10, 13, 32];

interface TailOptions {
  /** False if `onLine` needs only the last lines of each chunk: most of a gigabyte is then skipped. */
  readonly each?: boolean;
}

/** Output of a program, line by line. Keeps the last lines. */
export class OutputTail {
  readonly #limit: number;
  readonly #onLine: (line: string) => void;
  readonly #each: boolean;
  readonly #lines: string[] = [];
  readonly #ends: (() => void)[] = [];

  constructor(limit: number, onLine: (line: string) => void = () => undefined, { each = true }: TailOptions = {}) {
    this.#limit = limit;
    this.#onLine = onLine;
    this.#each = each;
  }

  /** Creates a stream to write to: one for stdout, one for stderr. */
  stream(): Writable {
    let decoder = new StringDecoder('utf8');
    let rest = '';
    const take = (text: string): void => {
      // A lone carriage return is a progress bar that redraws its line.
      const lines = (rest + text).split(/\r?\n|\r(?!$)/);
      rest = (lines.pop() ?? '').slice(-longestLine);
      for (const line of lines) this.#add(line);
    };
    const takeBytes = (chunk: Buffer): void => {
      const start = this.#each ? 0 : findLastLines(chunk, this.#limit);
      if (start > 0) {
        decoder = new StringDecoder('utf8');
        rest = '';
      }
      take(decoder.write(chunk.subarray(start)));
    };
    this.#ends.push(() => {
      take(decoder.end());
      if (rest !== '') this.#add(rest);
      rest = '';
    });
    return new Writable({
      write(chunk: Buffer, _encoding, done) {
        takeBytes(chunk);
        done();
      },
    });
  }

  /** Options of an exec whose output goes here. */
  streams(): { readonly stdout: Writable; readonly stderr: Writable } {
    return { stdout: this.stream(), stderr: this.stream() };
  }

  /** The last lines, with unfinished ones. */
  lines(): readonly string[] {
    for (const end of this.#ends) end();
    return this.#lines;
  }

  #add(line: string): void {
    const text = line.slice(0, longestLine).trimEnd();
    if (text === '') return;
    this.#lines.push(text);
    if (this.#lines.length > this.#limit) this.#lines.shift();
    this.#onLine(text);
  }
}

/** Reads the last lines that a container printed. */
export async function readLastLines(runtime: Runtime, container: string, count: number): Promise<readonly string[]> {
  const tail = new OutputTail(count);
  await runtime.readLogs(container, { follow: false, tail: count, ...tail.streams() });
  return tail.lines();
}

/** Start of the last `count` non-empty lines, or 0 if there are fewer; for one very long line, its end. */
function findLastLines(chunk: Buffer, count: number): number {
  // The most bytes that a character has in UTF-8.
  if (!chunk.includes(lineFeed) && !chunk.includes(carriageReturn)) return Math.max(0, chunk.length - 4 * longestLine);
  let found = 0;
  let filled = false;
  for (let at = chunk.length - 1; at >= 0; at -= 1) {
    const byte = chunk[at] ?? 0;
    if (byte > space) filled = true;
    if (byte !== lineFeed && byte !== carriageReturn) continue;
    if (filled && ++found === count) return at + 1;
    filled = false;
  }
  return 0;
}
