import type { ListrTaskWrapper } from 'listr2';

/** What listr2 gives a running task to change its own line. */
type Line = Pick<ListrTaskWrapper<object, never, never>, 'title' | 'output'>;

const showCursor = '\u001b[?25h';

/** One task with a spinner and its newest line of output, drawn by listr2 on stderr. */
export class LiveTask {
  /** Resolves when the last frame is drawn. */
  readonly finished: Promise<void>;
  #line: Line | undefined;
  #detail = '';
  #ended: { readonly title: string | undefined; readonly good: boolean } | undefined;
  #wake: () => void = () => undefined;

  /** Draws once what is on the screen `before` is whole. */
  constructor(title: string, before: Promise<void>) {
    this.finished = before.then(() => this.#draw(title));
  }

  get ended(): boolean {
    return this.#ended !== undefined;
  }

  update(detail: string): void {
    this.#detail = detail;
    if (this.#line !== undefined) this.#line.output = detail;
  }

  /** The title of the last frame; absent: as it was. Further calls change nothing. */
  end(title: string | undefined, good: boolean): void {
    this.#ended ??= { title, good };
    this.#wake();
  }

  async #draw(title: string): Promise<void> {
    const { Listr, ListrLogger, ProcessOutput } = await import('listr2');
    const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
    const list = new Listr(
      [{ title, task: async (_, line) => this.#follow(line as Line) }],
      // Signals are main's; a listener of listr2's own would end the process under the use case.
      { exitOnError: false, registerSignalListeners: false, rendererOptions: { logger, showErrorMessage: false } },
    );
    const restore = (): void => void process.stderr.write(showCursor);
    process.once('exit', restore);
    await list.run().catch(() => undefined);
    process.off('exit', restore);
  }

  async #follow(line: Line): Promise<void> {
    this.#line = line;
    if (this.#detail !== '') line.output = this.#detail;
    await new Promise<void>((wake) => {
      this.#wake = wake;
      if (this.#ended !== undefined) wake();
    });
    if (this.#ended?.title !== undefined) line.title = this.#ended.title;
    if (this.#ended?.good === false) throw new Error('failed');
  }
}
