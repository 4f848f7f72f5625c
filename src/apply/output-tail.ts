import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const longestLine = 2_000;

/** Output of a program, line by line: each is handed on, the last ones are kept. */
export class OutputTail {
  readonly #limit: number;
  readonly #onLine: (line: string) => void;
  readonly #lines: string[] = [];
  readonly #ends: (() => void)[] = [];

  constructor(limit: number, onLine: (line: string) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** A stream to write to: one for stdout, one for stderr. */
  stream(): Writable {
    const decoder = new StringDecoder('utf8');
    let rest = '';
    const take = (text: string): void => {
      // A lone carriage return is a progress bar that redraws its line.
      const lines = (rest + text).split(/\r?\n|\r(?!$)/);
      rest = (lines.pop() ?? '').slice(-longestLine);
      for (const line of lines) this.#add(line);
    };
    this.#ends.push(() => {
      take(decoder.end());
      if (rest !== '') this.#add(rest);
      rest = '';
    });
    return new Writable({
      write(chunk: Buffer, _encoding, done) {
        take(decoder.write(chunk));
        done();
      },
    });
  }

  /** The last lines, unfinished ones included. */
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
