import { describe, expect, it } from 'vitest';
import { parseMounts } from '../../src/adapters/host/kernel-mounts.ts';
import { endActs } from '../../src/containers/acts/end-acts.ts';
import { leaveAtOnce } from '../../src/plan/leave.ts';
import { recoverSnapshot } from '../../src/snapshots/recover-snapshot.ts';
import { snapshotIntent } from '../../src/snapshots/snapshot-intent.ts';
import { nameResource } from '../../src/observe/place.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop } from '../fakes/open-shop.ts';

const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
const yaml = 'volumes: ["./data:/data"]\n';

describe('a folder of the project that is exchanged while it is mounted', () => {
  it('leaves no new container behind, with status 9', async () => {
    const shop = await openShop(yaml);
    shop.fake.mounts.mounted.set('/data', '/home/ada/.ssh');
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'NOT_TRUSTED', exitCode: 9 });
    expect(await shop.fake.engine.runtime.list([])).toEqual([]);
  });

  it('stops a container that existed before, and keeps it', async () => {
    const shop = await openShop(yaml);
    await up(shop, options);
    const { runtime } = shop.fake.engine;
    await runtime.stop(name);
    shop.fake.mounts.mounted.set('/data', '/home/ada/.ssh');
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    expect((await runtime.list([])).map((one) => `${one.name} ${one.state}`)).toEqual([`${name} exited`]);
    shop.fake.mounts.mounted.set('/data', '/shop/data');
    expect((await up(shop, options)).operations).toMatchObject([{ kind: 'start' }]);
  });

  it('is noticed for services, too, and for names that only begin alike', async () => {
    const shop = await openShop(
      'services: {db: {image: "redis:7", command: [sleep, infinity], volumes: ["./d:/d"]}}\n',
    );
    shop.fake.engine.images.add('redis:7');
    shop.fake.mounts.mounted.set('/d', '/shop-of-another/d');
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
  });

  it('is noticed if a restore, or what undoes it, starts the workspace again', async () => {
    const shop = await openShop(yaml);
    await up(shop, options);
    const { engine, mounts, progress } = shop.fake;
    const [container] = await engine.runtime.list([]);
    await snapshotIntent.write(shop, '/shop', {
      ...{ kind: 'restore', phase: 'prepare', transaction: 'abc', engine: engine.address, number: 1, image: 'shop' },
      ...{ volumes: [], store: 'none', ran: [container?.id ?? ''] },
    });
    mounts.mounted.set('/data', '/home/ada/.ssh');
    await recoverSnapshot(shop, '/shop');
    expect((await engine.runtime.list([])).map(({ state }) => state)).toEqual(['exited']);
    expect(progress.said.join('\n')).toMatch(/Not everything runs again \(\.\/data was exchanged/);
  });

  it('is noticed if a stop that failed is taken back', async () => {
    const shop = await openShop(yaml);
    await up(shop, options);
    const { engine, mounts } = shop.fake;
    const [container] = await engine.runtime.list([]);
    const id = container?.id ?? '';
    const held = new Map([[id, { check: () => Promise.reject(new Error('no')), release: async () => undefined }]]);
    const place = { project: 'shop', folder: '/shop', workspace: 'main' };
    mounts.mounted.set('/data', '/home/ada/.ssh');
    const acts = endActs({ context: shop, engine, held, leave: leaveAtOnce, place });
    await expect(acts.stop?.({ kind: 'stop', container: id } as never, shop.signal)).rejects.toThrow('no');
    expect((await engine.runtime.list([])).map(({ state }) => state)).toEqual(['exited']);
  });

  it('does not matter if it lies in the project all the same', async () => {
    const shop = await openShop(yaml);
    shop.fake.mounts.mounted.set('/data', '/shop/other');
    await up(shop, options);
    expect(await shop.fake.engine.runtime.list([])).toHaveLength(1);
  });
});

it('reads escaped names of the kernel, and the last of several mounts at one path', () => {
  const text = [
    '36 35 8:1 /a\\040b/\\303\\251 /mnt\\0401 rw - ext4 /dev/sda1 rw',
    '37 35 8:1 /first /data rw - ext4 /dev/sda1 rw',
    '38 35 0:42 / /data rw shared:1 - tmpfs tmpfs rw',
    '',
  ].join('\n');
  expect([...parseMounts(text)]).toEqual([
    ['/mnt 1', { device: '8:1', path: '/a b/é' }],
    ['/data', { device: '0:42', path: '/' }],
  ]);
});
