import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Runtime } from '../ports/runtime.ts';

/** Milliseconds between two looks at the container, and for all of them. */
const [pause, patience] = [200, 600_000];

/** True if the engine started no program because the container is paused. */
export const isPausedRefusal = (error: unknown): boolean =>
  error instanceof DevenvError && error.data?.['status'] === 409 && /paused/i.test(error.message);

/**
 * Reads from a running container. If another command pauses it at that moment
 * for a commit or a snapshot, waits until it goes on, and reads again.
 */
export async function retryPaused<Result>(
  runtime: Pick<Runtime, 'inspect'>,
  container: string,
  read: () => Promise<Result>,
  signal?: AbortSignal,
): Promise<Result> {
  const end = performance.now() + patience;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!isPausedRefusal(error) || performance.now() >= end) throw error;
    }
    do await sleep(pause, undefined, { ...(signal && { signal }) });
    while (performance.now() < end && (await runtime.inspect(container))?.state === 'paused');
  }
}
