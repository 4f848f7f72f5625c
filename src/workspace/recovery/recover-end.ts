import { serviceStopTimeout } from '../../containers/stop-timeouts.ts';
import { stateFile } from '../../observe/state-file.ts';
import { runs } from '../../plan/plan-container.ts';
import type { Context } from '../../ports/context.ts';

/** What a `down` or `destroy` is about to stop. */
export const endIntent = stateFile<EndIntent>('end');

interface EndIntent {
  /** Address of the engine. */
  readonly engine: string;
  /** Ids of containers. */
  readonly containers: readonly string[];
}

/**
 * Finishes the stops of a killed `down` or `destroy`: an engine may still be
 * stopping a container that looks as if it ran. Waits until they have ended.
 */
export async function recoverEnd(ports: Pick<Context, 'engine' | 'files' | 'machine'>, folder: string): Promise<void> {
  const intent = await endIntent.read(ports, folder);
  if (intent === undefined) return;
  const { address, runtime } = await ports.engine();
  if (address !== intent.engine) return;
  for (const id of intent.containers) {
    const container = await runtime.inspect(id);
    if (container === undefined || !runs(container)) continue;
    if (container.state === 'paused') await runtime.unpause(id);
    await runtime.stop(id, serviceStopTimeout);
  }
  await endIntent.drop(ports, folder);
}
