import type { ListrTaskWrapper } from 'listr2';
import { TaskState } from './task-state.ts';

/** The part of a listr2 task that changes its line. */
type Line = Pick<ListrTaskWrapper<object, never, never>, 'title' | 'output'>;

interface LiveTask {
  readonly title: string;
  readonly state: TaskState;
  line?: Line;
  ended?: { readonly title: string | undefined; readonly good: boolean };
  wake: () => void;
}

const showCursor = '\u001b[?25h';

/** Parallel tasks, each with a spinner and its newest line of output, drawn by listr2 on stderr. */
export class LiveTasks {
  /** Resolves after the last frame. */
  readonly finished: Promise<void>;
  readonly #tasks: readonly LiveTask[];

  /** Starts to draw after `before`. */
  constructor(titles: readonly string[], before: Promise<void>) {
    this.#tasks = titles.map((title) => ({ title, state: new TaskState(), wake: () => undefined }));
    this.finished = before.then(() => this.#draw(titles));
  }

  get ended(): boolean {
    return this.#tasks.every(({ ended }) => ended !== undefined);
  }

  update(index: number, detail: string): void {
    this.#tasks[index]?.state.update(detail);
    this.#refresh();
  }

  transfer(index: number, done: number, total: number): void {
    this.#tasks[index]?.state.transfer(done, total);
    this.#refresh();
  }

  /** Shows something else that runs meanwhile, under the first task that runs. */
  updateBeside(detail: string): void {
    this.update(
      this.#tasks.findIndex(({ ended }) => ended === undefined),
      detail,
    );
  }

  /** `title`: of the last frame; absent: unchanged. The first call counts. */
  end(index: number, title: string | undefined, good: boolean): void {
    const task = this.#tasks[index];
    if (task === undefined) return;
    task.ended ??= { title, good };
    task.wake();
  }

  endAll(): void {
    for (const index of this.#tasks.keys()) this.end(index, undefined, false);
  }

  async #draw(titles: readonly string[]): Promise<void> {
    const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
    const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
    const list = new Listr(
      titles.map((title, index) => ({ title, task: async (_, line) => this.#follow(index, line as Line) })),
      // main handles signals: a listener of listr2 would end the process during the use case.
      {
        concurrent: true,
        exitOnError: false,
        registerSignalListeners: false,
        rendererOptions: { logger, showErrorMessage: false },
      },
    );
    const restore = (): void => void process.stderr.write(showCursor);
    process.once('exit', restore);
    const timer = setInterval(() => this.#refresh(), 1000);
    await list.run().catch(() => undefined);
    clearInterval(timer);
    process.off('exit', restore);
  }

  /** Elapsed time beside the title, details below it. */
  #refresh(): void {
    for (const { title, state, line, ended } of this.#tasks) {
      if (line === undefined || ended !== undefined) continue;
      const { elapsed, detail } = state;
      if (elapsed !== '') line.title = `${title} (${elapsed})`;
      if (detail !== '') line.output = detail;
    }
  }

  async #follow(index: number, line: Line): Promise<void> {
    const task = this.#tasks[index];
    if (task === undefined) return;
    task.line = line;
    this.#refresh();
    await new Promise<void>((wake) => {
      task.wake = wake;
      if (task.ended !== undefined) wake();
    });
    line.title = task.ended?.title ?? task.title;
    if (task.ended?.good === false) throw new Error('failed');
  }
}
