import { expect, it } from 'vitest';
import { carrierPrefix } from '../../../../src/adapters/overlay/capture/carrier.ts';
import { OverlaySnapshotData } from '../../../../src/adapters/overlay/layers/overlay-snapshot-data.ts';
import { FakeEngine } from '../../../fakes/fake-engine.ts';

it('removes what a killed command left of its transaction: helpers, and carriers that never started', async () => {
  const engine = new FakeEngine();
  const image = engine.images.add('shop');
  const make = (name: string, labels: Readonly<Record<string, string>>): Promise<string> =>
    engine.runtime.create({
      ...{ name, image, labels, command: ['true'], env: [], user: '', workingDir: '/', mounts: [] },
    });
  await make(`${carrierPrefix('one')}1`, { 'dev.teamvm.role': 'carrier' });
  await make('helper', { 'dev.teamvm.role': 'helper', 'dev.teamvm.origin': 'one' });
  await make(`${carrierPrefix('two')}1`, { 'dev.teamvm.role': 'carrier' });
  await make('theirs', { 'dev.teamvm.role': 'helper', 'dev.teamvm.origin': 'two' });
  await new OverlaySnapshotData(async () => engine).clean('one');
  expect((await engine.runtime.list([])).map(({ name }) => name)).toEqual([`${carrierPrefix('two')}1`, 'theirs']);
});
