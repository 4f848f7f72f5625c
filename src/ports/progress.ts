/** Says what is being done, on stderr. */
export interface Progress {
  /** Begins a task and returns how to report on it. */
  task(title: string): Task;
  /** Begins tasks that run beside each other: a live line each where a terminal allows. */
  tasks(titles: readonly string[]): readonly Task[];
  /** One plain line. */
  note(line: string): void;
}

export interface Task {
  /** The newest line of output, or a count: shown beside the title where a terminal allows. */
  update(detail: string): void;
  done(result?: string): void;
  fail(): void;
}
