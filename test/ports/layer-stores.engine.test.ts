import { afterAll, beforeAll, describe } from 'vitest';
import { OverlayCapture } from '../../src/adapters/overlay/capture/overlay-capture.ts';
import { OverlayChanges } from '../../src/adapters/overlay/changes/overlay-changes.ts';
import { StorageHelpers } from '../../src/adapters/overlay/helper/storage-helpers.ts';
import { OverlayLayers } from '../../src/adapters/overlay/layers/overlay-layers.ts';
import { OverlaySnapshotData } from '../../src/adapters/overlay/layers/overlay-snapshot-data.ts';
import { base, useEngine } from '../adapters/docker/real-engine.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { checkChanges } from './changes.contract.ts';
import { checkLayerStore } from './layer-store.contract.ts';
import type { StoreSubject } from './layer-store.ts';
import { checkSnapshotData } from './snapshot-data.contract.ts';

describeInLab('layer stores', ({ machines }) => {
  describe.concurrent.each(Object.values(machines))('on $kind', (machine) => {
    let subject: StoreSubject;
    let helpers: StorageHelpers;
    beforeAll(async () => {
      const found = await useEngine(machine);
      const engine = async (): Promise<typeof found> => found;
      helpers = new StorageHelpers(engine);
      subject = {
        ...{ engine: found, base, folder: machine.home, closed: '', nextSecond: async () => undefined },
        registry: { host: '', auth: { username: '', password: '', server: '' } },
        changes: new OverlayChanges(engine, helpers),
        capture: new OverlayCapture(engine, helpers),
        layers: new OverlayLayers(engine),
        data: new OverlaySnapshotData(engine),
      };
    });
    afterAll(async () => {
      await helpers.close();
      subject.engine.close();
    });
    for (const check of [checkChanges, checkLayerStore, checkSnapshotData]) check(() => subject);
  });
});
