import { describe, expect, it } from 'vitest';
import { resolveBuilder } from '../../src/observe/images/builder-spec.ts';
import { nameResource } from '../../src/observe/place.ts';
import { destroy, dryRunDestroy } from '../../src/workspace/destroy.ts';
import { listSnapshots } from '../../src/snapshots/list.ts';
import { restoreSnapshot } from '../../src/snapshots/restore.ts';
import { up } from '../../src/workspace/up.ts';
import { addContainer } from '../fakes/add-container.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const options = { workspace: 'main', discard: false, volumes: false, snapshot: false };
const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });

async function openRunning(yaml = ''): Promise<Shop> {
  const shop = await openShop(yaml);
  await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
  shop.fake.engine.runtime.calls.length = 0;
  return shop;
}

describe('destroy', () => {
  it('removes the container and keeps volumes', async () => {
    const shop = await openRunning('volumes: ["data:/data"]\n');
    const { engine } = shop.fake;
    expect(await destroy(shop, options)).toEqual({
      ...{ removed: 1, services: [], volumes: { removed: [], kept: ['data'] } },
    });
    expect(await engine.runtime.list([])).toEqual([]);
    expect(await engine.volumes.list([])).toHaveLength(1);
  });

  it('removes volumes if it is told to', async () => {
    const shop = await openRunning('volumes: ["data:/data"]\n');
    expect((await destroy(shop, { ...options, volumes: true })).volumes).toEqual({ removed: ['data'], kept: [] });
    expect(await shop.fake.engine.volumes.list([])).toEqual([]);
  });

  it('refuses while the workspace has changes that no version has', async () => {
    const shop = await openRunning();
    const { runtime } = shop.fake.engine;
    await runtime.exec(name, { argv: ['touch', '/usr/local/bin/jq'] });
    await expect(destroy(shop, options)).rejects.toMatchObject({ code: 'DRIFT_UNSAVED' });
    expect(runtime.calls).toEqual([]);
    await destroy(shop, { ...options, discard: true });
    expect(await runtime.list([])).toEqual([]);
  });

  it('removes a workspace whose project folder is gone, and keeps its data', async () => {
    const shop = await openRunning('volumes: ["data:/data"]\n');
    const { files, engine } = shop.fake;
    files.realPath = async (path) => (path === '/shop' ? undefined : path);
    await engine.runtime.exec(name, { argv: ['touch', '/usr/local/bin/jq'] });
    expect(await dryRunDestroy(shop, options)).toHaveLength(2);
    await expect(destroy(shop, options)).rejects.toMatchObject({ code: 'DRIFT_UNSAVED' });
    expect(await destroy(shop, { ...options, discard: true, snapshot: true })).toMatchObject({
      ...{ removed: 1, volumes: { removed: [], kept: ['data'] } },
    });
    expect(await engine.runtime.list([])).toEqual([]);
    files.realPath = async (path) => path;
    expect(await listSnapshots(shop, 'main')).toMatchObject([{ cause: 'destroy' }]);
    files.realPath = async () => undefined;
    await expect(destroy({ ...shop, folder: '/never' }, options)).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });

  it('changes nothing that nobody agreed to', async () => {
    const shop = await openRunning();
    shop.fake.prompt.agrees = false;
    await expect(destroy(shop, options)).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(shop.fake.engine.runtime.calls).toEqual([]);
  });

  it('removes containers that a killed build of the project left', async () => {
    const shop = await openRunning();
    const { runtime, volumes } = shop.fake.engine;
    const [workspace] = await runtime.list([]);
    const config = { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: [] };
    const builder = { image: workspace?.image ?? '', config, owner: '/shop', folder: undefined };
    await runtime.create({ ...resolveBuilder(builder), mounts: [] });
    await destroy(shop, options);
    expect(await runtime.list([])).toEqual([]);
    expect(await volumes.list([])).toEqual([]);
  });

  it('leaves other workspaces of the project alone', async () => {
    const shop = await openRunning();
    await up(shop, { workspace: 'review', frozen: false, discard: false, strictPorts: false });
    await destroy(shop, options);
    expect((await shop.fake.engine.runtime.list([])).map((one) => one.name)).toEqual([`${name}-review`]);
  });

  it('shows with --dry-run what it would do, and does nothing of it', async () => {
    const shop = await openRunning();
    expect((await dryRunDestroy(shop, options)).map(({ kind }) => kind)).toEqual(['hold', 'remove']);
    expect(shop.fake.engine.runtime.calls).toEqual([]);
  });
});

describe('data that a destroy ends', () => {
  it('is kept as a snapshot, also if the containers were destroyed before', async () => {
    const shop = await openRunning('volumes: ["data:/data"]\n');
    const { engine, snapshotData } = shop.fake;
    snapshotData.volumes.set(`${name}.data`, 'precious');
    await destroy(shop, { ...options, snapshot: true });
    expect(await listSnapshots(shop, 'main')).toEqual([]);
    await destroy(shop, { ...options, volumes: true, snapshot: true });
    expect(await listSnapshots(shop, 'main')).toMatchObject([{ cause: 'destroy', volumes: [{ name: 'data' }] }]);
    snapshotData.volumes.clear();
    await restoreSnapshot(shop, { workspace: 'main', number: 1, snapshot: false });
    expect(snapshotData.volumes.get(`${name}.data`)).toBe('precious');
    expect((await engine.volumes.list([])).map((volume) => volume.name)).toContain(`${name}.data`);
  });

  it('lies in a named volume where the image asks for one, outlives the workspace, and can be restored', async () => {
    const shop = await openShop();
    const { engine, snapshotData } = shop.fake;
    const image = engine.images.require('shop');
    engine.images.add('shop', { ...image, volumes: ['/srv/data', '/tmp'] });
    const starting = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
    await up(shop, starting);
    const volume = `${name}.workspace-srv-data`;
    expect((await engine.runtime.inspect(name))?.mounts).toContainEqual(
      expect.objectContaining({ kind: 'volume', source: volume, target: '/srv/data' }),
    );
    snapshotData.volumes.set(volume, 'precious');
    await destroy(shop, { ...options, discard: true, snapshot: true });
    expect((await engine.volumes.list([])).map((one) => one.name)).toContain(volume);
    expect((await up(shop, starting)).operations).toHaveLength(1);
    expect((await up(shop, starting)).operations).toEqual([]);
    await destroy(shop, { ...options, volumes: true, snapshot: true });
    snapshotData.volumes.clear();
    await restoreSnapshot(shop, { workspace: 'main', number: 1, snapshot: false });
    expect(snapshotData.volumes.get(volume)).toBe('precious');
    expect(shop.fake.progress.said.join()).not.toContain('of an earlier devenv.yaml');
  });

  it('is kept of a volume that was renamed before, too', async () => {
    const shop = await openRunning('volumes: ["data:/data"]\n');
    const { files, snapshotData } = shop.fake;
    snapshotData.volumes.set(`${name}.data`, 'precious');
    const text = files.files.get('/shop/devenv.yaml') ?? '';
    await files.writeAtomic('/shop/devenv.yaml', text.replace('data:', 'store:'));
    await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
    await destroy(shop, { ...options, volumes: true, snapshot: true });
    expect(await shop.fake.engine.volumes.list(['dev.teamvm.role=volume'])).toEqual([]);
    expect(await listSnapshots(shop, 'main')).toMatchObject([
      { cause: 'destroy', volumes: [{ name: 'data' }, { name: 'store' }] },
    ]);
    snapshotData.volumes.clear();
    await restoreSnapshot(shop, { workspace: 'main', number: 1, snapshot: false });
    expect(snapshotData.volumes.get(`${name}.data`)).toBe('precious');
  });

  it('is kept of a volume without a name, which goes with the container of its service', async () => {
    const shop = await openRunning();
    const { engine, snapshotData } = shop.fake;
    const unnamed = 'f'.repeat(64);
    const mounts = [{ kind: 'volume', source: unnamed, target: '/var/lib/db' } as const];
    await addContainer(engine, 'db', { service: 'db', mounts });
    snapshotData.volumes.set(unnamed, 'precious');
    expect((await dryRunDestroy(shop, { ...options, snapshot: true })).map(({ kind }) => kind)).toContain('snapshot');
    await destroy(shop, { ...options, snapshot: true });
    expect(await listSnapshots(shop, 'main')).toMatchObject([
      { cause: 'destroy', volumes: [{ kind: 'unnamed', service: 'db', target: '/var/lib/db' }] },
    ]);
    expect([...snapshotData.stores.values()]).toEqual([['precious']]);
  });

  it('is not destroyed if nothing can copy it', async () => {
    const shop = await openRunning('volumes: ["data:/data"]\n');
    const { engine } = shop.fake;
    await destroy(shop, options);
    for (const { id } of await engine.images.list([])) await engine.images.remove(id);
    const failed = destroy(shop, { ...options, volumes: true, snapshot: true });
    await expect(failed).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
    expect(await engine.volumes.list([])).toHaveLength(1);
  });
});
