import { setTimeout as sleep } from 'node:timers/promises';
import type { Container } from '../../model/container.ts';
import type { Changes, Standing } from '../../ports/changes.ts';
import type { Runtime } from '../../ports/runtime.ts';
import type { Context } from '../../ports/context.ts';
import { holdStill, type Hold } from './hold-still.ts';

/** Milliseconds. The kernel stamps inodes by a clock that ticks: a change just after a moment may carry a time just before it. */
export const tick = 20;

/** Filled while work is done: how long the workspace stood still, and since when. */
export interface Stillness {
  /** Milliseconds. */
  paused: number;
  /** Engine time of a moment at which nothing moved any more; known when the work is done. Absent before. */
  began: Promise<string> | undefined;
  /** Settles when the workspace runs again, which takes a moment more than the work. */
  over: Promise<void> | undefined;
}

/** Reads the workspace from beside it, and can freeze it. */
export interface Observer {
  readonly changes: Pick<Changes, 'now' | 'freeze'>;
  readonly standing: Standing;
}

/**
 * Does work while nothing in the workspace runs, and lets it go on in any case:
 * await `stillness.over`. Throws ENGINE_REFUSED if neither devenv nor the engine
 * can hold the workspace.
 */
export async function keepStill<T>(
  context: Pick<Context, 'failpoints'>,
  runtime: Runtime,
  container: Container,
  stillness: Stillness,
  { changes, standing }: Observer,
  work: (frozen: boolean) => Promise<T>,
): Promise<T> {
  let hold: Hold | undefined;
  const goOn = async (): Promise<void> => {
    stillness.paused = (await hold?.release()) ?? 0;
    await context.failpoints.reach('commit:unpaused');
  };
  try {
    hold = await holdStill(runtime, container, () => changes.freeze(container.id, standing));
    await context.failpoints.reach('commit:paused');
    await hold.verified;
    // Any moment of the stillness will do that is not its last.
    stillness.began = changes.now(container.id, standing);
    const ticked = stillness.began.then(() => sleep(tick));
    // Reported below, once the work is done.
    ticked.catch(() => undefined);
    const done = await work(hold.frozen);
    await ticked;
    stillness.over = goOn();
    // Reported to whoever awaits it.
    stillness.over.catch(() => undefined);
    return done;
  } catch (error) {
    await goOn();
    throw error;
  }
}

/**
 * Lets a container go on after a failure, once the space that the failed work
 * took is given back: an engine whose disk is full may refuse it. False if the
 * container still cannot go on; then the record of what is to be mended stays.
 */
export async function letGoOn(runtime: Runtime, { id, state }: Pick<Container, 'id' | 'state'>): Promise<boolean> {
  try {
    const now = await runtime.inspect(id);
    if (state === 'running' && now?.state === 'paused') await runtime.unpause(id);
    return true;
  } catch {
    return false;
  }
}
