import type { Filling } from '../containers/acts/site.ts';
import { settleTimes } from '../capture/still/hold-still.ts';
import { DevenvError } from '../errors/devenv-error.ts';
import type { Image } from '../model/image.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';

/**
 * Fills a new container with what a copy has beyond its version. `refused`: the
 * storage shows no layers, so the container has to be created from the image of
 * the whole file system.
 */
export function fillLayer(
  { snapshotData }: Pick<Context, 'snapshotData'>,
  { runtime }: Pick<Engine, 'runtime'>,
  drift: Image | undefined,
  transaction: string,
  refused: () => void,
): Filling {
  let filled: string | undefined;
  return {
    fill: async (container) => {
      if (drift === undefined || (await (await snapshotData()).applyLayer(drift, container, transaction))) {
        filled = container;
        return;
      }
      refused();
      throw new DevenvError('ENGINE_REFUSED', "The engine's storage does not show the layers of the snapshot.");
    },
    end: async () => {
      if (filled !== undefined) await settleTimes(runtime, filled);
    },
  };
}
