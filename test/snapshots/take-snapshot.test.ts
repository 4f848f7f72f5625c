import { expect, it } from 'vitest';
import { restoreSnapshot } from '../../src/snapshots/restore.ts';
import { createSnapshot } from '../../src/snapshots/create.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

/** A running workspace with a service, the only one that mounts the volume with data. */
async function openService(): Promise<Shop> {
  const shop = await openShop('services: {db: {image: "db:1", command: [sleep, infinity], volumes: ["d:/data"]}}\n');
  shop.fake.engine.images.add('db:1');
  await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
  return shop;
}

/**
 * An engine whose disk is full while a volume is copied, until the partial copy
 * is removed. As Docker, it then resumes a container and cannot record that: it
 * lists the container as paused until it records its next state.
 */
function fillDisk({ fake: { engine, snapshotData } }: Shop): void {
  const { runtime } = engine;
  const stale = new Set<string>();
  let full = false;
  const list = runtime.list.bind(runtime);
  const pause = runtime.pause.bind(runtime);
  const unpause = runtime.unpause.bind(runtime);
  runtime.list = async (wanted) =>
    (await list(wanted)).map((one) => (stale.has(one.id) ? { ...one, state: 'paused' } : one));
  runtime.pause = async (container) => {
    await pause(container);
    stale.delete(container);
  };
  runtime.unpause = async (container) => {
    await unpause(container);
    if (full) stale.add(container);
  };
  const open = snapshotData.open.bind(snapshotData);
  snapshotData.open = async (request) => ({
    ...(await open(request)),
    save: async () => {
      full = true;
      while (!runtime.calls.some((call) => call.startsWith('unpause'))) await new Promise(setImmediate);
      full = false;
      throw new Error('The disk is full.');
    },
  });
}

it('lists the workspace as running after a copy of other data filled the disk', async () => {
  const shop = await openService();
  const { runtime } = shop.fake.engine;
  runtime.calls.length = 0;
  fillDisk(shop);
  await expect(createSnapshot(shop, { workspace: 'main', message: '' })).rejects.toThrow('The disk is full.');
  const listed = await runtime.list([]);
  expect(listed.map(({ state }) => state)).toEqual(['running', 'running']);
});

it('copies data and containers while they stand still, and a restore brings the data back', async () => {
  const shop = await openService();
  const { engine, snapshotData } = shop.fake;
  const [volume = ''] = (await engine.volumes.list([])).map(({ name }) => name);
  snapshotData.volumes.set(volume, 'old');
  engine.runtime.calls.length = 0;
  const snapshot = await createSnapshot(shop, { workspace: 'main', message: 'before the migration' });
  expect(snapshot).toMatchObject({
    ...{ number: 1, cause: 'hand', message: 'before the migration' },
    volumes: [{ kind: 'named', name: 'd', bytes: 3 }],
  });
  const held = engine.runtime.calls.filter((call) => /^(?:un)?pause /.test(call));
  expect(held.map((call) => call.split(' ')[0])).toEqual(['pause', 'pause', 'unpause', 'unpause']);
  snapshotData.volumes.set(volume, 'new');
  await restoreSnapshot(shop, { workspace: 'main', number: 1, snapshot: false });
  expect(snapshotData.volumes.get(volume)).toBe('old');
});

it('makes nothing of a workspace that does not exist', async () => {
  const shop = await openShop();
  await expect(createSnapshot(shop, { workspace: 'main', message: '' })).rejects.toMatchObject({
    code: 'WORKSPACE_NOT_FOUND',
  });
  expect(await shop.fake.engine.volumes.list([])).toEqual([]);
});
