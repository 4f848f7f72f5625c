import { startChecked } from '../check-folders.ts';
import { serviceStopTimeout, workspaceStopTimeout } from '../stop-timeouts.ts';
import type { Acts, Undo } from '../../plan/carry-out.ts';
import type { Site } from './site.ts';

type Ending = Pick<Site, 'engine' | 'held' | 'leave' | 'place'> & {
  readonly context: Pick<Site['context'], 'failpoints' | 'files' | 'machine' | 'mounts'>;
};

/** Stops and removes containers, networks and volumes. */
export function endActs(site: Ending): Acts {
  const { context, engine, held, place } = site;
  return {
    hold: async ({ container }) => {
      const leaving = await site.leave(container);
      held.set(container, leaving);
      return () => letGo(site, container);
    },
    stop: async ({ service, container }) => {
      const { state, stopTimeout = service === undefined ? workspaceStopTimeout : serviceStopTimeout } =
        (await engine.runtime.inspect(container)) ?? {};
      // A paused process gets no signal.
      if (state === 'paused') await engine.runtime.unpause(container);
      else if (state !== 'running' && state !== 'restarting') return undefined;
      await engine.runtime.stop(container, stopTimeout);
      const again: Undo = () => startChecked({ ...context, engine }, place.folder, container);
      // Programs may write while they end.
      await held
        .get(container)
        ?.check()
        .catch(async (error: unknown) => {
          await again().catch(() => undefined);
          throw error;
        });
      return again;
    },
    remove: async ({ container }) => {
      try {
        await engine.runtime.remove(container);
      } finally {
        await letGo(site, container);
      }
      await context.failpoints.reach('up:removed');
    },
    'remove-network': ({ network }) => engine.networks.remove(network),
    'remove-volume': ({ name }) => engine.volumes.remove(name),
  };
}

/** Releases a held container, if it still exists. */
export async function letGo({ held }: Pick<Site, 'held'>, container: string): Promise<void> {
  const leaving = held.get(container);
  held.delete(container);
  await leaving?.release();
}
