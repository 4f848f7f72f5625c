/** Reports progress on stderr. */
export interface Progress {
  /** Starts a task. */
  task(title: string): ProgressTask;
  /** Starts parallel tasks, each with a live line on a terminal. */
  tasks(titles: readonly TaskTitle[]): readonly ProgressTask[];
  /** One plain line. */
  note(line: string): void;
}

/** A task while it runs, `Creating the workspace`, and when it is done, `Created the workspace`. */
export interface TaskTitle {
  readonly title: string;
  readonly done: string;
  /** The command's result tells that it is done: a log needs no line for it. */
  readonly told?: boolean;
}

export interface ProgressTask {
  /** The newest line of output. */
  update(detail: string): void;
  /** Bytes so far and in all (0: unknown), shown with the rate and the time left. */
  transfer(done: number, total: number): void;
  done(result?: string): void;
  fail(): void;
}
