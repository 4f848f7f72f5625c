import type { Progress, Task } from '../../ports/progress.ts';
import { LiveTasks } from './live-tasks.ts';
import { sanitizeLine } from '../sanitize.ts';

/** Progress on stderr: live lines on a terminal, else plain lines for a log. */
export class TerminalProgress implements Progress {
  readonly #live: boolean;
  #current: LiveTasks | undefined;
  /** Output in order: each part waits for the one before. */
  #queue: Promise<void> = Promise.resolve();

  /** `plain`: plain lines, also on a terminal. */
  constructor({ plain }: { readonly plain: boolean }) {
    const { CI, TERM } = process.env;
    const terminal = process.stdout.isTTY === true && process.stderr.isTTY === true;
    this.#live = terminal && !plain && TERM !== 'dumb' && (CI ?? '') === '';
  }

  task(title: string): Task {
    const name = sanitizeLine(title);
    if (!this.#live) return this.#plainTask(name);
    if (this.#current?.ended === false) return this.#besideTask(name);
    return this.#liveTasks([name])[0] ?? this.#plainTask(name);
  }

  tasks(titles: readonly string[]): readonly Task[] {
    const names = titles.map(sanitizeLine);
    return this.#live ? this.#liveTasks(names) : names.map((name) => this.#plainTask(name));
  }

  note(line: string): void {
    this.#print(sanitizeLine(line));
  }

  /** Resolves when all output is on the screen. */
  async settle(): Promise<void> {
    this.#current?.endAll();
    await this.#queue;
  }

  /** Draws when the current live tasks have ended. */
  #liveTasks(names: readonly string[]): readonly Task[] {
    if (names.length === 0) return [];
    const live = new LiveTasks(names, this.#queue);
    this.#current = live;
    this.#queue = live.finished.then(() => {
      if (this.#current === live) this.#current = undefined;
    });
    return names.map((name, index) => ({
      update: (detail) => live.update(index, sanitizeLine(detail)),
      done: (result) => live.end(index, nameDone(name, result), true),
      fail: () => live.end(index, name, false),
    }));
  }

  /** For a task that starts beside live ones: only its end is printed, below them, in the same form. */
  #besideTask(name: string): Task {
    const end = (title: string, good: boolean): void => {
      this.#queue = this.#queue.then(async () => {
        const { chalkStderr } = await import('chalk');
        process.stderr.write(`${good ? chalkStderr.green('✔') : chalkStderr.red('✖')} ${title}\n`);
      });
    };
    return {
      update: () => undefined,
      done: (result) => end(nameDone(name, result), true),
      fail: () => end(name, false),
    };
  }

  #plainTask(name: string): Task {
    this.#print(`${name} …`);
    return {
      update: () => undefined,
      done: (result) => this.#print(nameDone(name, result ?? 'done')),
      fail: () => this.#print(`${name}: failed`),
    };
  }

  #print(line: string): void {
    if (this.#current === undefined) process.stderr.write(`${line}\n`);
    else this.#queue = this.#queue.then(() => void process.stderr.write(`${line}\n`));
  }
}

const nameDone = (name: string, result: string | undefined): string =>
  result === undefined ? name : `${name}: ${sanitizeLine(result)}`;
