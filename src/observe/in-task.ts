import type { Progress, ProgressTask } from '../ports/progress.ts';

/** Shows work as one task, which fails if the work throws. */
export async function inTask<T>(
  progress: Pick<Progress, 'task'>,
  title: string,
  work: (task: ProgressTask) => Promise<T>,
): Promise<T> {
  const task = progress.task(title);
  try {
    const result = await work(task);
    task.done();
    return result;
  } catch (error) {
    task.fail();
    throw error;
  }
}
