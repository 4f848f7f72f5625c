import { beforeEach, describe, expect, it } from 'vitest';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Snapshot } from '../../src/model/snapshot.ts';
import type { Version } from '../../src/model/version.ts';
import { lockPath, readProject } from '../../src/observe/project.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { createSnapshot } from '../../src/snapshots/create.ts';
import { removeSnapshots } from '../../src/snapshots/remove.ts';
import { digestOf } from '../fakes/fake-images.ts';
import { labelPlace, nameResource } from '../../src/observe/place.ts';
import { recoverSnapshot } from '../../src/snapshots/recover-snapshot.ts';
import { restoreSnapshot } from '../../src/snapshots/restore.ts';
import { snapshotIntent } from '../../src/snapshots/snapshot-intent.ts';
import { imageName, markSnapshot, storeName } from '../../src/snapshots/snapshots.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const place = { project: 'shop', folder: '/shop', workspace: 'main' };
const data = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' }, 'data');
const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
const options = { workspace: 'main', number: 1, snapshot: false };

/** A running workspace with a volume, and a snapshot of both that holds `old`. */
async function openSnapshot(): Promise<Shop> {
  const shop = await openShop('volumes: ["data:/data"]\n');
  const { engine, snapshotData } = shop.fake;
  await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
  const image = imageName(place, 'abc');
  engine.images.add(image);
  const store = storeName(place, 'abc');
  await engine.volumes.create(store, labelPlace('snapshot', place));
  const snapshot: Snapshot = {
    ...{ number: 1, date: '2026-01-02T03:04:05Z', message: '', cause: 'hand', pauses: [], bytes: 3 },
    container: { version: 1, content: shop.version.content, drift: { image, kind: 'layer' } },
    volumes: [{ kind: 'named', name: 'data', bytes: 3 }],
  };
  await markSnapshot(engine.volumes, place, 'abc', snapshot);
  snapshotData.stores.set(store, ['old']);
  snapshotData.volumes.set(data, 'new');
  engine.runtime.calls.length = 0;
  return shop;
}

/** Everything that a person could tell apart. */
async function observe({ fake: { engine, snapshotData } }: Shop) {
  const containers = await engine.runtime.list([]);
  return {
    data: snapshotData.volumes.get(data),
    swept: snapshotData.swept,
    containers: containers.map((one) => `${one.name} ${one.state}`),
    filled: containers.map(({ id }) => snapshotData.filled.includes(id)),
  };
}

const before = { data: 'new', swept: true, containers: [`${name} running`], filled: [false] };
const after = { data: 'old', swept: true, containers: [`${name} running`], filled: [true] };

describe('restoreSnapshot', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openSnapshot();
  });

  it('puts file system and volumes back, and the workspace runs', async () => {
    expect(await restoreSnapshot(shop, options)).toMatchObject({ restored: { number: 1 }, told: true });
    expect(await observe(shop)).toEqual(after);
    const waiting = `${name}-restored-abc`;
    expect(shop.fake.engine.runtime.calls).toEqual([
      ...[`stop ${name}`, `create ${waiting}`, `remove ${name}`, `start ${name}`],
    ]);
  });

  it('keeps its intent until its helper is gone, so that a kill leaves no helper that nothing removes', async () => {
    const { snapshotData } = shop.fake;
    const open = snapshotData.open.bind(snapshotData);
    const intents: (string | undefined)[] = [];
    snapshotData.open = async (request) => ({
      ...(await open(request)),
      close: async () => void intents.push((await snapshotIntent.read(shop, '/shop'))?.kind),
    });
    await restoreSnapshot(shop, options);
    expect(intents).toEqual(['restore']);
    expect(await snapshotIntent.read(shop, '/shop')).toBeUndefined();
  });

  it('leaves a stopped workspace stopped', async () => {
    await shop.fake.engine.runtime.stop(name);
    await restoreSnapshot(shop, options);
    expect(await observe(shop)).toEqual({ ...after, containers: [`${name} created`] });
  });

  it('restores into no workspace at all', async () => {
    await shop.fake.engine.runtime.remove(name);
    await restoreSnapshot(shop, options);
    expect(await observe(shop)).toEqual(after);
  });

  it('names the services that a destroy removed', async () => {
    const { files, engine } = shop.fake;
    engine.images.add('redis:7');
    const yaml = (await files.readText('/shop/devenv.yaml', 1000)) ?? '';
    await files.writeAtomic(
      '/shop/devenv.yaml',
      `${yaml}services: {db: {image: "redis:7"}, tools: {image: "redis:7", profiles: [tools]}}\n`,
    );
    await engine.runtime.remove(name);
    expect((await restoreSnapshot(shop, options)).absent).toEqual(['db']);
  });

  it('changes nothing that nobody agreed to', async () => {
    shop.fake.prompt.agrees = false;
    await expect(restoreSnapshot(shop, options)).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(await observe(shop)).toEqual(before);
    expect(shop.fake.engine.runtime.calls).toEqual([]);
  });

  it('uses the image of the whole file system if the storage shows no layers', async () => {
    shop.fake.snapshotData.layered = false;
    const result = await restoreSnapshot(shop, options);
    expect(result.told).toBe(false);
    const [container] = await shop.fake.engine.runtime.list([]);
    expect(container?.image).toBe(shop.fake.engine.images.require(imageName(place, 'abc')).id);
    expect(await observe(shop)).toEqual({ ...after, filled: [false] });
  });

  it.each(['restore:intent', 'restore:stopped', 'restore:made', 'restore:ready'])(
    'is undone if it fails at %s',
    async (point) => {
      shop.fake.failpoints.stopAt = point;
      await expect(restoreSnapshot(shop, options)).rejects.toThrow(point);
      expect(await observe(shop)).toEqual(before);
      shop.fake.failpoints.stopAt = undefined;
      await restoreSnapshot(shop, options);
      expect(await observe(shop)).toEqual(after);
    },
  );

  it.each(['restore:exchanged', 'restore:removed', 'restore:renamed'])(
    'is finished by the next command if it breaks off at %s',
    async (point) => {
      shop.fake.failpoints.stopAt = point;
      await expect(restoreSnapshot(shop, options)).rejects.toThrow(point);
      shop.fake.failpoints.stopAt = undefined;
      await recoverSnapshot(shop, '/shop');
      expect(await observe(shop)).toEqual(after);
      expect(shop.fake.progress.said).toContain('An interrupted restore of snapshot 1 was finished.');
      await recoverSnapshot(shop, '/shop');
    },
  );

  it('waits until services are ready again, and says that the snapshot took effect if they do not', async () => {
    const yaml = 'services: {db: {image: "redis:7", command: [sleep, infinity], ready: {command: [check]}}}\n';
    const { engine, files, progress } = shop.fake;
    engine.images.add('redis:7');
    let ready = true;
    engine.runtime.programs['check'] = () => (ready ? 0 : 1);
    await files.writeAtomic('/shop/devenv.yaml', `${files.files.get('/shop/devenv.yaml') ?? ''}${yaml}`);
    await up(shop, { workspace: 'main', frozen: false, discard: false, strictPorts: false });
    await restoreSnapshot(shop, options);
    expect(await observe(shop)).toMatchObject({ data: 'old', containers: [`${name}.db running`, `${name} running`] });
    ready = false;
    const failed = restoreSnapshot(shop, options);
    setTimeout(() => void engine.runtime.stop(`${name}.db`), 300);
    await expect(failed).rejects.toMatchObject({ code: 'SERVICE_FAILED' });
    expect(progress.said).toContain('Snapshot 1 took effect before this failed.');
  });

  it('lets containers stop that a killed restore was stopping, before it starts them again', async () => {
    const { engine } = shop.fake;
    const [container] = await engine.runtime.list([]);
    await snapshotIntent.write(shop, '/shop', {
      ...{ kind: 'restore', phase: 'prepare', transaction: 'abc', engine: engine.address, number: 1, image: 'shop' },
      ...{ volumes: [data], store: storeName(place, 'abc'), ran: [container?.id ?? ''] },
    });
    await recoverSnapshot(shop, '/shop');
    expect(engine.runtime.calls).toEqual([`stop ${name}`, `start ${name}`]);
    expect(await observe(shop)).toEqual(before);
  });

  it('restores a workspace whose version was replaced since', async () => {
    const { engine } = shop.fake;
    await engine.runtime.exec(name, { argv: ['touch', '/usr/local/bin/jq'] });
    expect(await createSnapshot(shop, { workspace: 'main', message: 'mine' })).toMatchObject({ number: 2 });
    const amended: Version = { ...shop.version, content: digestOf('amended'), message: 'second' };
    const { lock, shape } = await readProject(shop);
    const text = printLock({
      ...{ name: 'shop', current: 1, shape, resolved: lock?.resolved ?? {} },
      versions: [amended],
    });
    await shop.fake.files.writeAtomic(lockPath('/shop'), text);
    await engine.images.remove(localReference('shop', shop.version));
    await restoreSnapshot(shop, { ...options, number: 2 });
    const [container] = await engine.runtime.list([]);
    expect(container).toMatchObject({ name, state: 'running' });
    expect(shop.fake.snapshotData.filled).toEqual([container?.id]);
    await removeSnapshots(shop, 'main', [1, 2]);
    const tags = (await engine.images.list([])).flatMap((image) => image.tags);
    expect(tags.filter((tag) => tag.startsWith('devenv-snapshot/'))).toEqual([]);
    expect(engine.images.find(container?.image ?? '')).toBeDefined();
  });

  it('says that a snapshot does not exist', async () => {
    await expect(restoreSnapshot(shop, { ...options, number: 2 })).rejects.toMatchObject({
      code: 'SNAPSHOT_NOT_FOUND',
    });
  });
});
