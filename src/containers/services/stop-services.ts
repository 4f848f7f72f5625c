import type { Container } from '../../model/container.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Progress } from '../../ports/progress.ts';
import { serviceStopTimeout } from './apply-services.ts';

export interface RunningService {
  readonly name: string;
  readonly container: Container;
  /** Names of services that it was started after. */
  readonly needs: readonly string[];
}

/**
 * Stops services, each as soon as those are stopped that need it, and all
 * others at once. Gives how many there were to stop; throws the first failure
 * when the rest has ended.
 */
export async function stopServices(
  { engine, progress }: { readonly engine: Engine; readonly progress: Progress },
  services: readonly RunningService[],
): Promise<number> {
  const active = services.filter(({ container }) => ['running', 'paused', 'restarting'].includes(container.state));
  const tasks = progress.tasks(active.map(({ name }) => `Stopping the service ${name}`));
  const stopped = new Map<RunningService, Promise<void>>();
  // What waits for itself, since two containers remember different files, is not waited for.
  const stop = (one: RunningService, waiting: readonly RunningService[]): Promise<void> => {
    const known = stopped.get(one);
    if (known !== undefined) return known;
    const way = [...waiting, one];
    const first = active.filter((other) => other.needs.includes(one.name) && !way.includes(other));
    const task = tasks[active.indexOf(one)];
    const ending = Promise.allSettled(first.map((other) => stop(other, way))).then(async () => {
      if (one.container.state === 'paused') await engine.runtime.unpause(one.container.id);
      await engine.runtime.stop(one.container.id, serviceStopTimeout);
    });
    const told = ending.then(
      () => task?.done(),
      (error: unknown) => {
        task?.fail();
        throw error;
      },
    );
    stopped.set(one, told);
    return told;
  };
  const results = await Promise.allSettled(active.map((one) => stop(one, [])));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return active.length;
}
