import { describe, expect, it } from 'vitest';
import { nameResource } from '../../src/observe/place.ts';
import { reset } from '../../src/workspace/reset.ts';
import { up } from '../../src/workspace/up.ts';
import { addContainer } from '../fakes/add-container.ts';
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

describe('after a killed reset, which left the old container beside the new one', () => {
  async function openKilled(): Promise<Shop> {
    const shop = await openChanged();
    const { engine } = shop.fake;
    const [old] = await engine.runtime.list([]);
    engine.runtime.time += 1000;
    await engine.runtime.rename(name, `${name}-old-0123abcd`);
    await addContainer(engine, name, { labels: old?.labels ?? {}, image: old?.image ?? '' });
    return shop;
  }

  it('removes the old container', async () => {
    const shop = await openKilled();
    const { runtime } = shop.fake.engine;
    expect(await reset(shop, options)).toMatchObject({ dropped: [{ path: '/usr/local/bin/jq' }] });
    expect((await runtime.list([])).map((one) => `${one.name} ${one.state}`)).toEqual([`${name} running`]);
    expect(await runtime.listChanges(name)).toEqual([]);
  });

  it('says in an up where the changes are', async () => {
    const shop = await openKilled();
    await expect(
      up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false }),
    ).rejects.toMatchObject({ code: 'DRIFT_UNSAVED', suggestions: [expect.stringContaining(`${name}-old-0123abcd`)] });
  });
});
