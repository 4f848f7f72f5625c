import type { Progress } from '../ports/progress.ts';

/** Milliseconds after which a person wants to know. */
const patience = 1500;

/** Shows work as a task only if it takes a while: most of it ends before anybody wonders. */
export async function ifSlow<T>(
  progress: Pick<Progress, 'task'>,
  title: string,
  work: Promise<T>,
  after = patience,
): Promise<T> {
  let end = (): void => undefined;
  const timer = setTimeout(() => {
    const task = progress.task(title);
    end = () => task.done();
  }, after);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    end();
  }
}
