import type { Progress, ProgressTask, TaskTitle } from '../../src/ports/progress.ts';

/** Keeps every line and the title of every ended task, in `said`. */
export class FakeProgress implements Progress {
  readonly said: string[] = [];

  task(title: string): ProgressTask {
    return {
      update: () => undefined,
      transfer: () => undefined,
      done: () => void this.said.push(title),
      fail: () => void this.said.push(`${title}: failed`),
    };
  }

  tasks(titles: readonly TaskTitle[]): readonly ProgressTask[] {
    return titles.map(({ title }) => this.task(title));
  }

  note(line: string): void {
    this.said.push(line);
  }
}
