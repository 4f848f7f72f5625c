import { expect, it } from 'vitest';
import { nameResource } from '../../src/observe/place.ts';
import { reset } from '../../src/workspace/reset.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
const options = { workspace: 'main', snapshot: false };

async function openChanged(): Promise<Shop> {
  const shop = await openShop('ports: [3000]\n');
  const { runtime } = shop.fake.engine;
  await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
  await runtime.exec(name, { argv: ['touch', '/usr/local/bin/jq'] });
  runtime.calls.length = 0;
  return shop;
}

it('replaces the container and names what it dropped', async () => {
  const shop = await openChanged();
  const { runtime } = shop.fake.engine;
  expect(await reset(shop, options)).toEqual({
    ...{ version: 1, dropped: [{ path: '/usr/local/bin/jq', kind: 'added' }] },
  });
  const [container] = await runtime.list([]);
  expect(container).toMatchObject({ name, state: 'running', ports: [{ host: 3000 }] });
  expect(await runtime.listChanges(name)).toEqual([]);
});

it('does nothing if nothing is to be dropped', async () => {
  const shop = await openChanged();
  await reset(shop, options);
  shop.fake.engine.runtime.calls.length = 0;
  expect((await reset(shop, options)).dropped).toEqual([]);
  expect(shop.fake.engine.runtime.calls).toEqual([]);
});

it('changes nothing that nobody agreed to', async () => {
  const shop = await openChanged();
  shop.fake.prompt.agrees = false;
  await expect(reset(shop, options)).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
  expect(shop.fake.engine.runtime.calls).toEqual([]);
});

it('keeps the old container if the new one cannot start', async () => {
  const shop = await openChanged();
  const { runtime } = shop.fake.engine;
  shop.fake.failpoints.stopAt = 'up:created';
  await expect(reset(shop, options)).rejects.toThrow('up:created');
  expect((await runtime.list([])).map((one) => `${one.name} ${one.state}`)).toEqual([`${name} running`]);
  expect(await runtime.listChanges(name)).toHaveLength(1);
});
