import { setTimeout as sleep } from 'node:timers/promises';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { Container } from '../../model/container.ts';
import type { Changes, Standing } from '../../ports/changes.ts';
import type { Context } from '../../ports/context.ts';
import type { Runtime } from '../../ports/runtime.ts';
import { labels } from '../../observe/labels.ts';

/** Milliseconds. The kernel stamps inodes by a clock that ticks: a change just after a moment may carry a time just before it. */
export const tick = 20;

/** A container in which nothing runs until it is released. */
export interface Hold {
  /** True if devenv froze the processes itself; the engine then reports a running container. */
  readonly frozen: boolean;
  /** Rejects with ENGINE_REFUSED if the engine reported a pause and did not pause. */
  readonly verified: Promise<void>;
  /** Resumes a container that ran before. Must be called once. Resolves with the length of the pause in milliseconds. */
  release(): Promise<number>;
}

/**
 * Pauses one container: the only place that pauses. A container that was
 * paused before stays paused after the release; one that does not run needs no
 * pause. `freeze` is tried first: it is quicker than the engine's pause, and
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
  // A failure is reported where `verified` is awaited.
  verified.catch(() => undefined);
  const release = async (): Promise<number> => {
    // A container that is released before the check would look as if it had never been paused.
    await Promise.allSettled([verified]);
    await resume();
    return performance.now() - began;
  };
  return { frozen: thaw !== undefined, verified, release };
}

/** Resumes a container, unless it is gone or runs already. */
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
    state: 'Nothing was captured; the container runs on.',
  });
}

/** Filled while work is done: when and how long the workspace was paused. */
export interface Stillness {
  /** Milliseconds. */
  paused: number;
  /** Engine time of a moment within the pause; absent before the pause. */
  began: Promise<string> | undefined;
  /** Settles when the workspace runs again, shortly after the work is done. */
  over: Promise<void> | undefined;
}

/** Reads the workspace through the helper, which can freeze it. */
interface Observer {
  readonly changes: Pick<Changes, 'now' | 'freeze'>;
  readonly standing: Standing;
}

/**
 * Does work while the workspace is paused, and resumes it in any case: await
 * `stillness.over`. Throws ENGINE_REFUSED if neither devenv nor the engine can
 * pause the workspace.
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
  const resume = async (): Promise<void> => {
    stillness.paused = (await hold?.release()) ?? 0;
    await context.failpoints.reach('commit:unpaused');
  };
  try {
    hold = await holdStill(runtime, container, () => changes.freeze(container.id, standing));
    await context.failpoints.reach('commit:paused');
    await hold.verified;
    // Any moment of the pause will do, except its last one.
    stillness.began = changes.now(container.id, standing);
    const ticked = stillness.began.then(() => sleep(tick));
    // A failure is reported below, after the work.
    ticked.catch(() => undefined);
    const done = await work(hold.frozen);
    await ticked;
    stillness.over = resume();
    // A failure is reported where `over` is awaited.
    stillness.over.catch(() => undefined);
    return done;
  } catch (error) {
    await resume();
    throw error;
  }
}

/**
 * Resumes a container after a failure, once the space that the failed work
 * took is free again: an engine whose disk is full may refuse to, or resume it
 * and list it as paused, since it could not record that. False if the container
 * is still paused; then the intent stays on disk.
 */
export async function resumeAfterFailure(
  runtime: Runtime,
  { id, state }: Pick<Container, 'id' | 'state'>,
): Promise<boolean> {
  try {
    const now = state === 'running' ? await runtime.inspect(id) : undefined;
    if (now?.state === 'running' && (await isListedAsPaused(runtime, now))) await runtime.pause(id);
    else if (now?.state !== 'paused') return true;
    await runtime.unpause(id);
    return true;
  } catch {
    return false;
  }
}

async function isListedAsPaused(runtime: Runtime, { id, labels: of }: Container): Promise<boolean> {
  const listed = await runtime.list([`${labels.folder}=${of[labels.folder] ?? ''}`]);
  return listed.some((one) => one.id === id && one.state === 'paused');
}

/**
 * An overlay file system updates the inode of a folder that was changed from
 * outside when the folder is first read, as if somebody had worked there. This
 * reads all of them once, before changes are looked for.
 */
export async function settleTimes(runtime: Runtime, container: string): Promise<void> {
  await runtime.listChanges(container).catch(() => undefined);
}
