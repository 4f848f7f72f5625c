import { expect, it } from 'vitest';
import { nameResource } from '../../src/observe/place.ts';
import { endIntent } from '../../src/workspace/recovery/recover-end.ts';
import { mendKilledCommit } from '../../src/workspace/recovery/mend-killed-commit.ts';
import { withRecovery } from '../../src/workspace/recovery/with-recovery.ts';
import { down } from '../../src/workspace/down.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop } from '../fakes/open-shop.ts';

const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };

it('waits for what a killed command was stopping, so that the next up starts it again', async () => {
  const shop = await openShop('services: {db: {image: "redis:7", command: [sleep, infinity]}}\n');
  const { engine, files } = shop.fake;
  engine.images.add('redis:7');
  await up(shop, options);
  const containers = (await engine.runtime.list([])).map(({ id }) => id);
  await endIntent.write(shop, '/shop', { engine: engine.address, containers });
  engine.runtime.calls.length = 0;
  const lock = await shop.projectLock();
  await mendKilledCommit({ ...shop, files, projectLock: async () => withRecovery(lock, shop) });
  expect(engine.runtime.calls.slice().sort()).toEqual([`stop ${name}`, `stop ${name}.db`]);
  expect((await up(shop, options)).operations).toMatchObject([{ kind: 'start' }, { kind: 'start', service: 'db' }]);
  expect(await endIntent.read(shop, '/shop')).toBeUndefined();
});

it('leaves no record of a command that ended, even if it failed', async () => {
  const shop = await openShop();
  await up(shop, options);
  shop.fake.failpoints.stopAt = 'end:intent';
  await expect(down(shop, 'main')).rejects.toThrow('end:intent');
  expect(await endIntent.read(shop, '/shop')).toBeUndefined();
});
