import { expect, it } from 'vitest';
import { drift } from '../../../src/capture/drift/drift.ts';
import { openLayeredShop } from '../../fakes/open-layered-shop.ts';

async function open() {
  const shop = await openLayeredShop();
  const container = await shop.start(await shop.addVersion({ '/etc/issue': 'Debian', '/opt/old': 'x' }));
  return { ...shop, container, drift: (files = false) => drift(shop.context, 'main', files) };
}

it('groups the changes of a workspace by cause, without noise', async () => {
  const shop = await open();
  shop.store.write(shop.container, '/etc/issue', 'Shop');
  shop.store.write(shop.container, '/opt/old', undefined);
  shop.store.write(shop.container, '/tmp/scratch', 'x');
  const found = await shop.drift();
  expect(found).toMatchObject({ version: 1, seen: 'content', paths: 2, bytes: 4, deletes: true });
  expect(found.groups.map(({ cause, items }) => [cause, items.map(({ name, change }) => [name, change])])).toEqual([
    ['etc', [['/etc/issue', 'changed']]],
    ['opt', [['/opt/old', 'removed']]],
    ['noise', [['/tmp/scratch', 'added']]],
  ]);
});

it('finds nothing in a new workspace, and reads nothing there', async () => {
  const shop = await open();
  expect(await shop.drift()).toMatchObject({ version: 1, paths: 0, groups: [] });
  expect(shop.context.fake.engine.runtime.calls).toEqual([]);
});

it('lists the changes of a stopped workspace by their names', async () => {
  const shop = await open();
  shop.store.write(shop.container, '/opt/new', 'new');
  await shop.context.fake.engine.runtime.stop(shop.container);
  expect(await shop.drift(true)).toMatchObject({ seen: 'list', paths: 1, groups: [{ cause: 'opt' }] });
});

it('needs a workspace', async () => {
  const shop = await openLayeredShop();
  await shop.addVersion({});
  await expect(drift(shop.context, 'main', false)).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
});

it('counts a socket as noise, since no image keeps it', async () => {
  const shop = await open();
  shop.store.write(shop.container, '/srv/app.sock', '');
  shop.store.sockets.add('/srv/app.sock');
  expect(await shop.drift()).toMatchObject({ paths: 0, groups: [] });
  shop.store.write(shop.container, '/opt/new', 'new');
  const { paths, groups } = await shop.drift();
  expect([paths, groups.map(({ cause }) => cause)]).toEqual([1, ['opt', 'noise']]);
});
