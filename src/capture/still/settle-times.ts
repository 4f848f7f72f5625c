import type { Runtime } from '../../ports/runtime.ts';

/**
 * An overlay file system notes something at each folder that was put below it
 * from outside, when it is first looked at: its inode changes then, as if
 * somebody had worked there. So it is looked at once, before anybody asks.
 */
export async function settleTimes(runtime: Runtime, container: string): Promise<void> {
  await runtime.listChanges(container).catch(() => undefined);
}
