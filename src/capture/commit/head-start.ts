import type { Container } from '../../model/container.ts';
import type { Context } from '../../ports/context.ts';
import type { Standing } from '../../ports/changes.ts';

/*
 * What a commit asks for or loads before it needs it, so that the engine's
 * machine, the disk and this process work side by side. Nothing here changes
 * what a commit does: each part may be left out, and the commit takes longer.
 * A failure is reported by the step that needs the result.
 */

/** Loads what reads changes, while the engine is asked for the workspace. */
export function startReading(context: Pick<Context, 'changes'>): void {
  context.changes().catch(() => undefined);
}

/**
 * Starts git just before the helper: the first process that is started costs
 * this one some 10 ms, a second one hardly more.
 */
export function startIdentity(context: Pick<Context, 'author'>, folder: string): Promise<string> {
  const author = context.author(folder);
  author.catch(() => undefined);
  return author;
}

/** Starts the helper beside the workspace, while the intent is written to disk. */
export async function startHelper(
  context: Pick<Context, 'changes'>,
  container: Container,
  standing: Standing,
): Promise<void> {
  const changes = await context.changes();
  await changes.prepare(container.id, standing).catch(() => undefined);
}

/** Loads code that a later step needs, as soon as this process waits for another one. */
export function loadAhead(...loads: readonly (() => Promise<unknown>)[]): void {
  setImmediate(() => void Promise.allSettled(loads.map((load) => load())));
}
