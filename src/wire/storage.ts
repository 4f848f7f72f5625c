import type { Capture } from '../ports/capture.ts';
import type { Changes } from '../ports/changes.ts';
import type { Context } from '../ports/context.ts';
import type { Engine } from '../ports/engine.ts';
import type { SnapshotData } from '../ports/snapshot-data.ts';
import type { StorageHelpers } from '../adapters/overlay/helper/storage-helpers.ts';
import { findCacheFolder } from '../adapters/host/xdg.ts';
import { once } from './once.ts';

interface StorageOptions {
  /** An engine on which nothing is left that a killed commit made. */
  readonly engine: () => Promise<Engine>;
  /** The same one as it is. */
  readonly reachEngine: () => Promise<Engine>;
  readonly env: Context['variables'];
  readonly signal: AbortSignal;
}

interface Storage extends Pick<Context, 'changes' | 'capture' | 'layers' | 'snapshotData'> {
  /** Ends the helpers, if there are any. */
  close(): Promise<void>;
}

/** Connects what reads and writes the storage of the engine. Each adapter is loaded when it is first needed. */
export function wireStorage({ engine, reachEngine, env, signal }: StorageOptions): Storage {
  const local =
    process.getuid?.() === 0 && env['TEAMVM_HELPER'] !== 'container'
      ? { cacheFolder: findCacheFolder(), signal }
      : undefined;
  let helping: Promise<StorageHelpers> | undefined;
  const helpers = (): Promise<StorageHelpers> =>
    (helping ??= import('../adapters/overlay/helper/storage-helpers.ts').then(
      ({ StorageHelpers }) => new StorageHelpers(reachEngine, local),
    ));
  const changes = once(async (): Promise<Changes> => {
    const { OverlayChanges } = await import('../adapters/overlay/changes/overlay-changes.ts');
    return new OverlayChanges(engine, await helpers());
  });
  const capture = once(async (): Promise<Capture> => {
    const { OverlayCapture } = await import('../adapters/overlay/capture/overlay-capture.ts');
    return new OverlayCapture(reachEngine, await helpers());
  });
  const snapshotData = async (): Promise<SnapshotData> => {
    const { OverlaySnapshotData } = await import('../adapters/overlay/layers/overlay-snapshot-data.ts');
    return new OverlaySnapshotData(reachEngine, local);
  };
  return {
    changes,
    capture,
    layers: async () => {
      const { OverlayLayers } = await import('../adapters/overlay/layers/overlay-layers.ts');
      return new OverlayLayers(engine);
    },
    snapshotData,
    close: async () => (await helping?.catch(() => undefined))?.close(),
  };
}
