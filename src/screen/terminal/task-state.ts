import { formatDuration } from '../format-duration.ts';
import { formatSize } from '../format-size.ts';

/** Milliseconds over which a rate is measured. */
const span = 5_000;

/** What a running task shows: how long it runs, and its newest line of output or its transfer. */
export class TaskState {
  readonly #started = Date.now();
  #line = '';
  #total = 0;
  /** Bytes at times, of the last span. */
  #samples: readonly { readonly at: number; readonly done: number }[] = [];

  update(line: string): void {
    this.#line = line;
    this.#samples = [];
  }

  transfer(done: number, total: number): void {
    const at = Date.now();
    this.#total = total;
    this.#samples = [...this.#samples.filter((sample) => sample.at >= at - span && sample.done <= done), { at, done }];
  }

  /** `12 s`; empty while a person would not wonder. */
  get elapsed(): string {
    const seconds = Math.floor((Date.now() - this.#started) / 1000);
    if (seconds < 2) return '';
    return seconds < 60 ? `${String(seconds)} s` : formatDuration(seconds * 1000);
  }

  /** `45 MB of 120 MB, 5.1 MB/s, 14 s left`, or the newest line. */
  get detail(): string {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined) return this.#line;
    const parts = [this.#total > 0 ? `${formatSize(last.done)} of ${formatSize(this.#total)}` : formatSize(last.done)];
    const time = Date.now() - first.at;
    const rate = time < 500 ? 0 : ((last.done - first.done) * 1000) / time;
    if (rate >= 1) parts.push(`${formatSize(rate)}/s`);
    if (rate >= 1 && this.#total > last.done)
      parts.push(`${formatDuration(Math.ceil((this.#total - last.done) / rate) * 1000)} left`);
    return parts.join(', ');
  }
}
