import type { Progress, Task } from '../ports/progress.ts';
import { LiveTasks } from './live-tasks.ts';
import { sanitizeLine } from './sanitize.ts';

export interface TerminalProgressOptions {
  /** Plain lines even where the terminal could do more. */
  readonly plain: boolean;
}

/** Progress on stderr: live on a terminal, else plain lines that a log can keep. */
export class TerminalProgress implements Progress {
  readonly #live: boolean;
  #current: LiveTasks | undefined;
  /** The lines that are on the screen already or wait for it; each one after the one before. */
  #queue: Promise<void> = Promise.resolve();

  constructor({ plain }: TerminalProgressOptions) {
    const { CI, TERM } = process.env;
    const terminal = process.stdout.isTTY === true && process.stderr.isTTY === true;
    this.#live = terminal && !plain && TERM !== 'dumb' && (CI ?? '') === '';
  }

  task(title: string): Task {
    const name = sanitizeLine(title);
    // One task is live at a time; what runs beside it is told in plain lines after it.
    if (!this.#live || this.#current?.ended === false) return this.#plainTask(name);
    return this.#liveTasks([name])[0] ?? this.#plainTask(name);
  }

  tasks(titles: readonly string[]): readonly Task[] {
    const names = titles.map(sanitizeLine);
    return this.#live ? this.#liveTasks(names) : names.map((name) => this.#plainTask(name));
  }

  note(line: string): void {
    this.#print(sanitizeLine(line));
  }

  /** Resolves when everything told is on the screen. */
  async settle(): Promise<void> {
    this.#current?.endAll();
    await this.#queue;
  }

  /** Drawn after what is on the screen now has ended. */
  #liveTasks(names: readonly string[]): readonly Task[] {
    if (names.length === 0) return [];
    const live = new LiveTasks(names, this.#queue);
    this.#current = live;
    this.#queue = live.finished.then(() => {
      if (this.#current === live) this.#current = undefined;
    });
    return names.map((name, index) => ({
      update: (detail) => live.update(index, sanitizeLine(detail)),
      done: (result) => live.end(index, result === undefined ? name : `${name}: ${sanitizeLine(result)}`, true),
      fail: () => live.end(index, name, false),
    }));
  }

  #plainTask(name: string): Task {
    this.#print(`${name} …`);
    return {
      update: () => undefined,
      done: (result) => this.#print(result === undefined ? `${name}: done` : `${name}: ${sanitizeLine(result)}`),
      fail: () => this.#print(`${name}: failed`),
    };
  }

  #print(line: string): void {
    if (this.#current === undefined) process.stderr.write(`${line}\n`);
    else this.#queue = this.#queue.then(() => void process.stderr.write(`${line}\n`));
  }
}
