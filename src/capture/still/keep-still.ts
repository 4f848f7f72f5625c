import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import type { Changes, Standing } from '../../ports/changes.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Context } from '../../ports/context.ts';

/** Milliseconds. Inodes are stamped by a clock that ticks: one that changed just after a moment may carry a time just before it. */
export const tick = 20;

/** Filled while work is done: how long the workspace stood still, and since when. */
export interface Stillness {
  /** Milliseconds. */
  paused: number;
  /** Engine time of a moment at which nothing moved any more; known when the work is done. Absent before. */
  began: Promise<string> | undefined;
  /** Settled when it is over, which takes a moment more than the work. */
  over: Promise<void> | undefined;
}

/** What sees the workspace, and what that stands at. */
export interface Beside {
  readonly changes: Pick<Changes, 'now' | 'freeze'>;
  readonly standing: Standing;
}

/**
 * Does work while nothing in the workspace runs, and lets it go on in any
 * case: `over` is to be waited for. One that was paused before stays so; one
 * that does not run is still already. Where this process can, it keeps it
 * still itself: that is quicker, and ends with this process if that is killed.
 * Elsewhere the engine pauses it. Throws ENGINE_REFUSED where neither can.
 */
export async function keepStill<T>(
  context: Pick<Context, 'failpoints'>,
  engine: Engine,
  { id, state }: Container,
  stillness: Stillness,
  { changes, standing }: Beside,
  work: (frozen: boolean) => Promise<T>,
): Promise<T> {
  const running = state === 'running';
  let thaw: (() => Promise<void>) | undefined;
  const before = process.hrtime.bigint();
  const goOn = async (): Promise<void> => {
    if (running) {
      await (thaw === undefined ? engine.runtime.unpause(id) : thaw());
      stillness.paused = Number(process.hrtime.bigint() - before) / 1e6;
    }
    await context.failpoints.reach('commit:unpaused');
  };
  try {
    if (running) {
      thaw = await changes.freeze(id, standing);
      if (thaw === undefined) await engine.runtime.pause(id);
    }
    await context.failpoints.reach('commit:paused');
    if (running && thaw === undefined) await requirePaused(engine, id);
    // Any moment of the stillness will do that is not its last.
    stillness.began = changes.now(id, standing);
    const ticked = stillness.began.then(() => sleep(tick));
    // Told once nothing is worked on any more.
    ticked.catch(() => undefined);
    const done = await work(thaw !== undefined);
    await ticked;
    stillness.over = goOn();
    // Told to whoever waits for it.
    stillness.over.catch(() => undefined);
    return done;
  } catch (error) {
    await goOn();
    throw error;
  }
}

/**
 * To be called where work failed, once what it took is given back: an engine
 * whose disk is full may not let a container go on. False where it cannot be
 * let go now either; the record of what is to be mended has to stay then.
 */
export async function letGoOn(engine: Engine, { id, state }: Pick<Container, 'id' | 'state'>): Promise<boolean> {
  try {
    const now = await engine.runtime.inspect(id);
    if (state === 'running' && now?.state === 'paused') await engine.runtime.unpause(id);
    return true;
  } catch {
    return false;
  }
}

/** An engine may say that it paused a container and not have done it. */
async function requirePaused(engine: Engine, id: string): Promise<void> {
  if ((await engine.runtime.inspect(id))?.state === 'paused') return;
  throw new DevenvError('ENGINE_REFUSED', 'The engine could not pause the workspace.', {
    state: 'Nothing was captured; the workspace runs on.',
  });
}
