import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import type { Runtime } from '../../ports/runtime.ts';

/** A container in which nothing runs until it is released. */
export interface Hold {
  /** True if devenv froze the processes itself, and the engine takes the container for a running one. */
  readonly frozen: boolean;
  /** Rejects with ENGINE_REFUSED if the engine said that it paused the container and did not. */
  readonly verified: Promise<void>;
  /** Lets the container go on if it ran before. Must be called, once. Resolves with how long it stood still, in milliseconds. */
  release(): Promise<number>;
}

/**
 * Holds one container still: the only place that pauses. A container that was
 * paused before stays paused after the release; one that does not run is still
 * already. `freeze` is tried first: it is quicker than the engine's pause, and
 * ends with this process if that is killed.
 */
export async function holdStill(
  runtime: Runtime,
  { id, state }: Pick<Container, 'id' | 'state'>,
  freeze: () => Promise<(() => Promise<void>) | undefined> = async () => undefined,
): Promise<Hold> {
  if (state !== 'running') return { frozen: false, verified: Promise.resolve(), release: async () => 0 };
  const began = performance.now();
  const thaw = await freeze();
  const resume = thaw ?? (() => resumeContainer(runtime, id));
  try {
    if (thaw === undefined) await runtime.pause(id);
  } catch (error) {
    // The engine may have paused it although the answer was lost.
    await resume().catch(() => undefined);
    throw error;
  }
  const verified = thaw === undefined ? requirePaused(runtime, id) : Promise.resolve();
  // Reported to whoever awaits it.
  verified.catch(() => undefined);
  const release = async (): Promise<number> => {
    // A container that was released first would look as if it had never been paused.
    await Promise.allSettled([verified]);
    await resume();
    return performance.now() - began;
  };
  return { frozen: thaw !== undefined, verified, release };
}

/** A container that is gone, or that somebody let go on already, needs nothing. */
async function resumeContainer(runtime: Runtime, id: string): Promise<void> {
  try {
    await runtime.unpause(id);
  } catch (error) {
    if ((await runtime.inspect(id))?.state === 'paused') throw error;
  }
}

async function requirePaused(runtime: Runtime, id: string): Promise<void> {
  const container = await runtime.inspect(id);
  if (container === undefined || container.state === 'paused') return;
  throw new DevenvError('ENGINE_REFUSED', `The engine could not pause ${container.name}.`, {
    state: 'Nothing was captured; it runs on.',
  });
}
