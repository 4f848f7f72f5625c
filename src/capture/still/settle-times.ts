import type { Engine } from '../../ports/engine.ts';

/**
 * An overlay file system notes something at each folder that was put below it
 * from outside, when it is first looked at: its inode changes then, as if
 * somebody had worked there. So it is looked at once, before anybody asks.
 */
export async function settleTimes(engine: Engine, container: string): Promise<void> {
  await engine.runtime.listChanges(container).catch(() => undefined);
}
