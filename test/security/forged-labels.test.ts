import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { labels } from '../../src/observe/labels.ts';
import { describeMade } from '../../src/observe/own-containers.ts';
import { nameResource } from '../../src/observe/place.ts';
import { exec } from '../../src/session/exec.ts';
import { findSnapshots } from '../../src/snapshots/snapshots.ts';
import { destroy } from '../../src/workspace/destroy.ts';
import { down } from '../../src/workspace/down.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const upOptions = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const place = { project: 'shop', folder: '/shop', workspace: 'main' };
const own = {
  [labels.project]: 'shop',
  [labels.folder]: '/shop',
  [labels.workspace]: 'main',
  [labels.exec]: JSON.stringify({ user: 'root', env: [], workingDir: '/', settings: { mounts: [] } }),
};

/** A container, a volume and a network of somebody else, with every label that devenv would give its own. */
async function addForeign({ fake: { engine } }: Shop, role: 'workspace' | 'service'): Promise<void> {
  const image = engine.images.require('shop').id;
  const given = { ...own, [labels.role]: role, [labels.service]: 'db', [labels.made]: describeMade('foreign', image) };
  const mounts = [{ kind: 'bind', source: '/shop', target: '/workspace' } as const];
  const spec = { image, command: ['sleep', 'infinity'], env: [], user: '', workingDir: '/', mounts };
  await engine.runtime.start(await engine.runtime.create({ ...spec, name: 'foreign', labels: given }));
  await engine.volumes.create('foreign-data', { ...own, [labels.role]: 'volume', [labels.volume]: 'data' });
  await engine.volumes.create('foreign-store', { ...own, [labels.role]: 'snapshot' });
  const network = { ...own, [labels.role]: 'network' };
  await engine.networks.create('foreign-net', { labels: network, internal: false });
  engine.runtime.calls.length = 0;
}

const namesOf = async ({ fake: { engine } }: Shop): Promise<readonly string[]> => [
  ...(await engine.runtime.list([])).map(({ name, state }) => `${name} ${state}`),
  ...(await engine.volumes.list([])).map(({ name }) => name),
  ...(await engine.networks.list([])).map(({ name }) => name),
];

const foreign = ['foreign running', 'foreign-data', 'foreign-store', 'foreign-net'];

describe.each(['workspace', 'service'] as const)('objects of others with the labels of a %s', (role) => {
  it('are no workspace to run commands in', async () => {
    const shop = await openShop();
    await addForeign(shop, role);
    const io = { stdin: PassThrough.from([]), stdout: new PassThrough(), stderr: new PassThrough() };
    const rest = { root: false, agent: false, env: [], onSignal: () => () => undefined };
    await expect(exec(shop, 'main', { argv: ['true'], io, ...rest })).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
    });
  });

  it('are neither stopped, nor replaced, nor removed', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    await addForeign(shop, role);
    await expect(down(shop, 'main')).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
    await up(shop, upOptions);
    expect(await namesOf(shop)).toEqual(
      expect.arrayContaining([
        ...foreign,
        `${nameResource({ project: 'shop', folder: '/shop', workspace: 'main' })} running`,
      ]),
    );
    await destroy(shop, { workspace: 'main', discard: true, volumes: true, snapshot: false });
    expect(await namesOf(shop)).toEqual(foreign);
    expect((await findSnapshots(shop.fake.engine.volumes, place)).orphans).toEqual([]);
  });
});
