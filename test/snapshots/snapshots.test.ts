import { describe, expect, it } from 'vitest';
import type { Snapshot, SnapshotCause } from '../../src/model/snapshot.ts';
import { listSnapshots } from '../../src/snapshots/list.ts';
import { pruneSnapshots, removeSnapshots } from '../../src/snapshots/remove.ts';
import { labelPlace } from '../../src/observe/place.ts';
import { imageName, markSnapshot, storeName } from '../../src/snapshots/snapshots.ts';
import { createSnapshot } from '../../src/snapshots/create.ts';
import { destroy } from '../../src/workspace/destroy.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop } from '../fakes/open-shop.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';
import { digestOf } from '../fakes/fake-images.ts';

const place = { project: 'shop', folder: '/shop', workspace: 'main' };
const days = (count: number): number => count * 24 * 3600 * 1000;

/** A snapshot of that age in days, with a volume and an image. */
async function add({ fake }: FakeContext, number: number, age: number, cause: SnapshotCause = 'hand'): Promise<void> {
  const { engine } = fake;
  const transaction = `t${String(number)}`;
  const image = imageName(place, transaction);
  const snapshot: Snapshot = {
    ...{ number, date: new Date(engine.runtime.time - days(age)).toISOString(), message: '', cause },
    container: { version: 1, content: digestOf('content'), drift: { image, kind: 'layer' } },
    ...{ volumes: [], pauses: [], bytes: 0 },
  };
  const config = { env: [], labels: labelPlace('snapshot', place), user: '', workingDir: '', entrypoint: [], cmd: [] };
  engine.images.add(image, { config });
  await engine.volumes.create(storeName(place, transaction), labelPlace('snapshot', place));
  await markSnapshot(engine.volumes, place, transaction, snapshot);
}

const start = (): FakeContext => makeContext({ 'devenv.yaml': 'version: 1\nname: shop\nbase: debian:bookworm-slim\n' });
const numbersOf = (snapshots: readonly Snapshot[]): number[] => snapshots.map(({ number }) => number);

describe('snapshots', () => {
  it('are listed by number', async () => {
    const context = start();
    for (const number of [10, 2, 1]) await add(context, number, 0);
    expect(numbersOf(await listSnapshots(context, 'main'))).toEqual([1, 2, 10]);
    expect(await listSnapshots(context, 'review')).toEqual([]);
  });

  it('are removed with their volume and image, after a question', async () => {
    const context = start();
    const { images, volumes } = context.fake.engine;
    for (const number of [1, 2]) await add(context, number, 0);
    expect(numbersOf(await removeSnapshots(context, 'main', [1]))).toEqual([1]);
    expect(context.fake.prompt.asked).toEqual(['Remove snapshot 1 for good?']);
    expect(await images.inspect(imageName(place, 't1'))).toBeUndefined();
    expect(await images.inspect(imageName(place, 't2'))).toBeDefined();
    expect(await volumes.list([])).toHaveLength(2);
  });

  it('that are the last copy of something say so before they are removed', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
    await createSnapshot(shop, { workspace: 'main', message: 'by hand' });
    await removeSnapshots(shop, 'main', [1]);
    await createSnapshot(shop, { workspace: 'main', message: 'by hand' });
    await destroy(shop, { workspace: 'main', discard: false, volumes: true, snapshot: true });
    // A new volume of the same name is empty.
    await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
    shop.fake.prompt.asked.length = 0;
    shop.fake.prompt.agrees = false;
    await expect(removeSnapshots(shop, 'main', [2])).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    shop.fake.prompt.agrees = true;
    await removeSnapshots(shop, 'main', [2]);
    await destroy(shop, { workspace: 'main', discard: false, volumes: true, snapshot: false });
    await removeSnapshots(shop, 'main', [1]);
    const said = shop.fake.progress.said.filter((text) => text.startsWith('Nothing but'));
    expect(said).toEqual([
      'Nothing but snapshot 2 has the volume data as it was then.',
      'Nothing but snapshot 2 has the volume data as it was then.',
      'Nothing but snapshot 1 has the volume data as it was then.',
    ]);
  });

  it('all stay if one of them does not exist, or nobody agrees', async () => {
    const context = start();
    await add(context, 1, 0);
    await expect(removeSnapshots(context, 'main', [1, 7])).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' });
    context.fake.prompt.agrees = false;
    await expect(removeSnapshots(context, 'main', [1])).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(numbersOf(await listSnapshots(context, 'main'))).toEqual([1]);
  });

  it('that devenv took by itself are pruned after a week', async () => {
    const context = start();
    await add(context, 1, 8, 'destroy');
    await add(context, 2, 6, 'reset');
    await add(context, 3, 400);
    expect(numbersOf(await pruneSnapshots(context, 'main', {}))).toEqual([1]);
    expect(numbersOf(await pruneSnapshots(context, 'main', { age: days(30) }))).toEqual([3]);
    expect(numbersOf(await listSnapshots(context, 'main'))).toEqual([2]);
  });

  it('lose what a killed command left when others are removed', async () => {
    const context = start();
    const { images, volumes } = context.fake.engine;
    await add(context, 1, 0);
    await volumes.create(storeName(place, 'killed'), labelPlace('snapshot', place));
    images.add(imageName(place, 'killed'), images.require(imageName(place, 't1')));
    await pruneSnapshots(context, 'main', {});
    expect((await volumes.list([])).map(({ name }) => name)).not.toContain(storeName(place, 'killed'));
    expect(await images.inspect(imageName(place, 'killed'))).toBeUndefined();
    expect(await images.inspect(imageName(place, 't1'))).toBeDefined();
  });
});
