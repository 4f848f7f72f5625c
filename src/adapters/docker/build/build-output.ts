import { cleanText } from '../connection/clean-text.ts';

const kept = 40;
const longestLine = 2_000;

/** Output of a build, line by line. Keeps the last lines; its memory does not grow. */
export class BuildOutput {
  readonly #onLine: (line: string) => void;
  readonly #last: string[] = [];
  /** Command → the line that it has not ended. */
  readonly #open = new Map<string, string>();

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** `source`: the command that printed it, since commands run side by side. */
  write(source: string, text: string): void {
    const lines = `${this.#open.get(source) ?? ''}${text}`.split(/\r?\n|\r(?!$)/);
    this.#open.set(source, (lines.pop() ?? '').slice(-longestLine));
    for (const line of lines) this.#add(line);
  }

  /** The last lines, with unfinished ones. */
  lines(): readonly string[] {
    for (const rest of this.#open.values()) this.#add(rest);
    this.#open.clear();
    return this.#last;
  }

  #add(line: string): void {
    const text = cleanText(line, longestLine).trimEnd();
    if (text === '') return;
    this.#last.push(text);
    if (this.#last.length > kept) this.#last.shift();
    this.#onLine(text);
  }
}
