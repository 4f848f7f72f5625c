import type { ListrTaskWrapper } from 'listr2';

/** The part of a listr2 task that changes its line. */
type Line = Pick<ListrTaskWrapper<object, never, never>, 'title' | 'output'>;

interface State {
  line?: Line;
  detail: string;
  ended?: { readonly title: string | undefined; readonly good: boolean };
  wake: () => void;
}

const showCursor = '\u001b[?25h';

/** Parallel tasks, each with a spinner and its newest line of output, drawn by listr2 on stderr. */
export class LiveTasks {
  /** Resolves after the last frame. */
  readonly finished: Promise<void>;
  readonly #tasks: readonly State[];

  /** Starts to draw after `before`. */
  constructor(titles: readonly string[], before: Promise<void>) {
    this.#tasks = titles.map(() => ({ detail: '', wake: () => undefined }));
    this.finished = before.then(() => this.#draw(titles));
  }

  get ended(): boolean {
    return this.#tasks.every(({ ended }) => ended !== undefined);
  }

  update(index: number, detail: string): void {
    const task = this.#tasks[index];
    if (task === undefined) return;
    task.detail = detail;
    if (task.line !== undefined) task.line.output = detail;
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
    await list.run().catch(() => undefined);
    process.off('exit', restore);
  }

  async #follow(index: number, line: Line): Promise<void> {
    const task = this.#tasks[index];
    if (task === undefined) return;
    task.line = line;
    if (task.detail !== '') line.output = task.detail;
    await new Promise<void>((wake) => {
      task.wake = wake;
      if (task.ended !== undefined) wake();
    });
    if (task.ended?.title !== undefined) line.title = task.ended.title;
    if (task.ended?.good === false) throw new Error('failed');
  }
}
