import { describe, expect, it } from 'vitest';
import { up } from '../../src/workspace/up.ts';
import { openShop } from '../fakes/open-shop.ts';

const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };

describe('up', () => {
  it('creates and starts the workspace of the current version, and then has nothing to do', async () => {
    const shop = await openShop();
    const { runtime } = shop.fake.engine;
    const first = await up(shop, options);
    expect(first).toMatchObject({ version: 1, built: false, operations: [{ kind: 'create' }] });
    expect(runtime.calls.map((call) => call.split(' ')[0])).toEqual(['create', 'start']);
    expect((await up(shop, options)).operations).toEqual([]);
  });
});
