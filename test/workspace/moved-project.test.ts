import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { drift } from '../../src/capture/drift/drift.ts';
import { nameResource } from '../../src/observe/place.ts';
import { renderStatus } from '../../src/screen/render/render-status.ts';
import { exec } from '../../src/session/exec.ts';
import { logs } from '../../src/session/logs.ts';
import { createSnapshot } from '../../src/snapshots/create.ts';
import { listSnapshots } from '../../src/snapshots/list.ts';
import { restoreSnapshot } from '../../src/snapshots/restore.ts';
import { destroy, dryRunDestroy } from '../../src/workspace/destroy.ts';
import { down } from '../../src/workspace/down.ts';
import { status } from '../../src/workspace/status.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const options = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const name = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
const moved = nameResource({ project: 'shop', folder: '/moved', workspace: 'main' });

/** The same project after `mv /shop /moved`. */
async function move(shop: Shop): Promise<Shop> {
  const { files } = shop.fake;
  await files.makeFolder('/moved');
  for (const file of ['devenv.yaml', 'devenv-lock.yaml']) {
    await files.writeAtomic(`/moved/${file}`, files.files.get(`/shop/${file}`) ?? '');
    files.files.delete(`/shop/${file}`);
  }
  files.identities.set('/moved', '/shop').set('/shop', 'another');
  return Object.assign(Object.create(shop) as Shop, { folder: '/moved' });
}

const listNames = async ({ fake: { engine } }: Shop): Promise<readonly string[]> =>
  (await engine.runtime.list([])).map((one) => `${one.name} ${one.state}`);

describe('a project that was moved', () => {
  it('takes over its workspace and the data of its volumes, and says so', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    await up(shop, options);
    shop.fake.snapshotData.volumes.set(`${name}.data`, 'precious');
    const there = await move(shop);
    expect((await up(there, options)).operations).toMatchObject([
      { kind: 'recreate', cause: 'the project was at /shop' },
    ]);
    expect(await listNames(shop)).toEqual([`${moved} running`]);
    expect(shop.fake.snapshotData.volumes.get(`${moved}.data`)).toBe('precious');
    expect((await shop.fake.engine.volumes.list([])).map((one) => one.name)).toEqual([`${moved}.data`]);
    expect(shop.fake.progress.said.join()).toContain(
      'This project was at /shop before. devenv takes over what it left there: its workspace, the volume data.',
    );
    expect((await up(there, options)).operations).toEqual([]);
  });

  it('takes its data back when it is moved back', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    const { files, snapshotData } = shop.fake;
    await up(shop, options);
    snapshotData.volumes.set(`${name}.data`, 'old');
    const there = await move(shop);
    await up(there, options);
    snapshotData.volumes.set(`${moved}.data`, 'new');
    for (const file of ['devenv.yaml', 'devenv-lock.yaml'])
      await files.writeAtomic(`/shop/${file}`, files.files.get(`/moved/${file}`) ?? '');
    files.identities.set('/shop', '/shop').set('/moved', 'another');
    await up(shop, options);
    expect(snapshotData.volumes.get(`${name}.data`)).toBe('new');
    expect(await listNames(shop)).toEqual([`${name} running`]);
  });

  it('does not lose changes that no version has', async () => {
    const shop = await openShop();
    await up(shop, options);
    await shop.fake.engine.runtime.exec(name, { argv: ['touch', '/usr/local/bin/jq'] });
    const there = await move(shop);
    Object.assign(shop.prompt, { interactive: false });
    await expect(up(there, options)).rejects.toMatchObject({ code: 'DRIFT_UNSAVED' });
    expect(await listNames(shop)).toEqual([`${name} running`]);
  });

  it('leaves no half of its data if copying fails', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    await up(shop, options);
    const there = await move(shop);
    shop.fake.failpoints.stopAt = 'adopt:volumes';
    await expect(up(there, options)).rejects.toThrow('adopt:volumes');
    expect((await shop.fake.engine.volumes.list([])).map((one) => one.name)).toEqual([`${name}.data`]);
    shop.fake.failpoints.stopAt = undefined;
    await up(there, options);
    expect(await listNames(shop)).toEqual([`${moved} running`]);
  });

  it('is not what another project at the old path takes for its own', async () => {
    const shop = await openShop();
    await up(shop, options);
    await move(shop);
    await shop.fake.files.writeAtomic('/shop/devenv.yaml', 'version: 1\nname: other\nbase: debian:bookworm-slim\n');
    await shop.fake.files.writeAtomic(
      '/shop/devenv-lock.yaml',
      (shop.fake.files.files.get('/moved/devenv-lock.yaml') ?? '').replace('shop', 'other'),
    );
    await expect(up(shop, options)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
    expect(await listNames(shop)).toEqual([`${name} running`]);
  });

  it('is not a copy of it, which gets a workspace of its own', async () => {
    const shop = await openShop();
    await up(shop, options);
    const copy = await move(shop);
    shop.fake.files.identities.set('/moved', 'a copy').delete('/shop');
    await up(copy, options);
    expect(await listNames(shop)).toEqual([`${name} running`, `${moved} running`]);
  });
});

describe('commands in a project that was moved', () => {
  const io = { stdin: PassThrough.from([]), stdout: new PassThrough(), stderr: new PassThrough() };
  const calls: Readonly<Record<string, (there: Shop) => Promise<unknown>>> = {
    exec: (there) =>
      exec(there, 'main', {
        ...{ argv: ['true'], agent: false, root: false, env: [] },
        io,
        onSignal: () => () => undefined,
      }),
    down: (there) => down(there, 'main'),
    destroy: (there) => destroy(there, { workspace: 'main', discard: false, volumes: true, snapshot: true }),
    'destroy --dry-run': (there) =>
      dryRunDestroy(there, { workspace: 'main', discard: false, volumes: true, snapshot: true }),
    logs: (there) => logs(there, { workspace: 'main', follow: false, ...io }),
    drift: (there) => drift(there, 'main', false),
    'snapshot create': (there) => createSnapshot(there, { workspace: 'main', message: '' }),
  };

  it.each(Object.keys(calls))('%s says where the workspace is, and how to take it over', async (command) => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    await up(shop, options);
    const there = await move(shop);
    const failed = calls[command]?.(there);
    await expect(failed).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
      message: expect.stringContaining('/shop before'),
      suggestions: [expect.stringContaining('`devenv up`')],
    });
    expect(await listNames(shop)).toEqual([`${name} running`]);
    expect((await shop.fake.engine.volumes.list([])).map((one) => one.name)).toEqual([`${name}.data`]);
  });

  it('status says it, too', async () => {
    const shop = await openShop();
    await up(shop, options);
    const found = await status(await move(shop), 'main');
    expect(found.before).toBe('/shop');
    expect(renderStatus(found)).toContain('still at /shop');
  });

  it('keep the snapshots that were taken before, and number new ones after them', async () => {
    const shop = await openShop('volumes: ["data:/data"]\n');
    const { snapshotData } = shop.fake;
    await up(shop, options);
    snapshotData.volumes.set(`${name}.data`, 'precious');
    await createSnapshot(shop, { workspace: 'main', message: 'before the move' });
    const there = await move(shop);
    expect(await listSnapshots(there, 'main')).toMatchObject([{ number: 1, message: 'before the move' }]);
    await up(there, options);
    snapshotData.volumes.set(`${moved}.data`, 'changed');
    expect((await createSnapshot(there, { workspace: 'main', message: 'after it' })).number).toBe(2);
    await restoreSnapshot(there, { workspace: 'main', number: 1, snapshot: false });
    expect(snapshotData.volumes.get(`${moved}.data`)).toBe('precious');
  });
});

describe('a container that somebody removed', () => {
  it('is mentioned, since changes may have been in it', async () => {
    const shop = await openShop();
    await up(shop, options);
    await shop.fake.engine.runtime.remove(name);
    await up(shop, options);
    expect(shop.fake.progress.said.join()).toContain('was removed outside of devenv');
  });

  it('is not mentioned after a destroy', async () => {
    const shop = await openShop();
    await up(shop, options);
    await destroy(shop, { workspace: 'main', discard: false, volumes: false, snapshot: false });
    await up(shop, options);
    expect(shop.fake.progress.said.join()).not.toContain('was removed outside of devenv');
  });
});
