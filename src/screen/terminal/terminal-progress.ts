import type { Progress, ProgressTask, TaskTitle } from '../../ports/progress.ts';
import { LiveTasks } from './live-tasks.ts';
import { sanitizeLine } from '../sanitize.ts';
import { TaskState } from './task-state.ts';

/** Of a line of output in a log, in characters. A failure shows its last lines in full. */
const longestDetail = 120;

/** Progress on stderr: live lines on a terminal, else plain lines for a log. */
export class TerminalProgress implements Progress {
  readonly #live: boolean;
  readonly #quiet: boolean;
  readonly #groups: boolean;
  readonly #phrase: (note: string) => string;
  /** A group of the log is open. */
  #isGrouped = false;
  #current: LiveTasks | undefined;
  /** Output in order: each part waits for the one before. */
  #queue: Promise<void> = Promise.resolve();

  /** `plain`: plain lines, also on a terminal. `quiet`: notes only. `groups`: a task folds its lines in the log of GitHub Actions. `phrase`: changes the words of a note. */
  constructor({
    plain,
    quiet = false,
    groups = false,
    phrase = (note) => note,
  }: {
    readonly plain: boolean;
    readonly quiet?: boolean;
    readonly groups?: boolean;
    readonly phrase?: ((note: string) => string) | undefined;
  }) {
    this.#quiet = quiet;
    this.#groups = groups;
    this.#phrase = phrase;
    const { CI, TERM } = process.env;
    const terminal = process.stdout.isTTY === true && process.stderr.isTTY === true;
    this.#live = terminal && !plain && TERM !== 'dumb' && (CI ?? '') === '';
  }

  task(title: string): ProgressTask {
    if (this.#quiet) return silent;
    const titles = { title: sanitizeLine(title), done: sanitizeLine(title) };
    if (!this.#live) return this.#plainTask({ ...titles, done: `${titles.title}: done` });
    if (this.#current?.ended === false) return this.#besideTask(titles);
    return this.#liveTasks([titles])[0] ?? this.#plainTask(titles);
  }

  tasks(titles: readonly TaskTitle[]): readonly ProgressTask[] {
    if (this.#quiet) return titles.map(() => silent);
    const clean = titles.map((one) => ({ ...one, title: sanitizeLine(one.title), done: sanitizeLine(one.done) }));
    return this.#live ? this.#liveTasks(clean) : clean.map((one) => this.#plainTask(one));
  }

  note(line: string): void {
    this.#print(sanitizeLine(this.#phrase(line)));
  }

  /** Resolves when all output is on the screen. */
  async settle(): Promise<void> {
    this.#current?.endAll();
    this.#endGroup();
    await this.#queue;
  }

  /** Draws when the current live tasks have ended. */
  #liveTasks(titles: readonly TaskTitle[]): readonly ProgressTask[] {
    if (titles.length === 0) return [];
    const live = new LiveTasks(
      titles.map(({ title }) => title),
      this.#queue,
    );
    this.#current = live;
    this.#queue = live.finished.then(() => {
      if (this.#current === live) this.#current = undefined;
    });
    return titles.map(({ title, done }, index) => ({
      update: (detail) => live.update(index, sanitizeLine(detail)),
      transfer: (bytes, total) => live.transfer(index, bytes, total),
      done: (result) => live.end(index, nameDone({ title, done }, result), true),
      fail: () => live.end(index, title, false),
    }));
  }

  /** For a task that starts beside live ones: its newest line is shown there, and its end below them. */
  #besideTask(titles: TaskTitle): ProgressTask {
    const end = (title: string, good: boolean): void => {
      this.#queue = this.#queue.then(async () => {
        const { chalkStderr } = await import('chalk');
        process.stderr.write(`${good ? chalkStderr.green('✔') : chalkStderr.red('✖')} ${title}\n`);
      });
    };
    const state = new TaskState();
    const show = (): void => this.#current?.updateBeside([titles.title, state.detail].filter(Boolean).join(': '));
    show();
    return {
      update: (detail) => {
        state.update(sanitizeLine(detail));
        show();
      },
      transfer: (bytes, total) => {
        state.transfer(bytes, total);
        show();
      },
      done: (result) => end(nameDone(titles, result), true),
      fail: () => end(titles.title, false),
    };
  }

  /** A log has the start and the end of a task, and while it runs a line every two seconds. */
  #plainTask(titles: TaskTitle): ProgressTask {
    // Groups do not nest: a task that starts meanwhile has its lines in the open one.
    const opens = this.#groups && !this.#isGrouped;
    this.#isGrouped ||= opens;
    this.#print(opens ? `::group::${titles.title}` : `${titles.title} …`);
    const state = new TaskState();
    const timer = setInterval(() => {
      const detail = state.detail.slice(0, longestDetail);
      this.#print(`${titles.title}: ${[state.elapsed, detail].filter(Boolean).join(', ')}`);
    }, 2000);
    timer.unref();
    const end = (line?: string): void => {
      clearInterval(timer);
      if (opens) this.#endGroup();
      if (line !== undefined) this.#print(line);
    };
    return {
      update: (detail) => state.update(sanitizeLine(detail)),
      transfer: (bytes, total) => state.transfer(bytes, total),
      done: (result) => end(titles.told === true && result === undefined ? undefined : nameDone(titles, result)),
      fail: () => end(`${titles.title}: failed`),
    };
  }

  #endGroup(): void {
    if (this.#isGrouped) this.#print('::endgroup::');
    this.#isGrouped = false;
  }

  #print(line: string): void {
    if (this.#current === undefined) process.stderr.write(`${line}\n`);
    else this.#queue = this.#queue.then(() => void process.stderr.write(`${line}\n`));
  }
}

const ignore = (): undefined => undefined;
const silent: ProgressTask = { update: ignore, transfer: ignore, done: ignore, fail: ignore };

const nameDone = ({ title, done }: TaskTitle, result: string | undefined): string =>
  result === undefined ? done : `${title}: ${sanitizeLine(result)}`;
