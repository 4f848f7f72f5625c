import { beforeEach, describe, expect, it } from 'vitest';
import { createSnapshot } from '../../src/snapshots/create.ts';
import { forkWorkspace } from '../../src/snapshots/fork.ts';
import { recoverSnapshot } from '../../src/snapshots/recover-snapshot.ts';
import { restoreSnapshot } from '../../src/snapshots/restore.ts';
import { snapshotIntent } from '../../src/snapshots/snapshot-intent.ts';
import { readExecDefaults } from '../../src/observe/find-workspace.ts';
import { nameResource } from '../../src/observe/place.ts';
import type { WorktreePlace } from '../../src/ports/worktrees.ts';
import { destroy } from '../../src/workspace/destroy.ts';
import { down } from '../../src/workspace/down.ts';
import { up } from '../../src/workspace/up.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const yaml = `volumes: ["data:/data", "./shared:/shared"]
ports: [3000]
services: {db: {image: "db:1", command: [sleep, infinity], volumes: ["rows:/rows"], ports: [5432]}}
hooks: {create: npm ci, start: echo start}
`;
const main = nameResource({ project: 'shop', folder: '/shop', workspace: 'main' });
const other = nameResource({ project: 'shop', folder: '/shop', workspace: 'try' });
const upOptions = { workspace: 'main', frozen: false, discard: false, strictPorts: false };
const options = { from: 'main', name: 'try' };
/** Lines of hooks that ran since the first `up`. */
let hooks: string[] = [];

async function openRunning(text = yaml): Promise<Shop> {
  const shop = await openShop(text);
  const { engine, files, snapshotData } = shop.fake;
  engine.images.add('db:1');
  await files.makeFolder('/shop/shared');
  engine.runtime.programs['/bin/sh'] = ({ args: [, script = '', mark = '', ...command], stopped, out }) => {
    if (script.includes('sleep 86400'))
      return new Promise((resolve) => stopped.addEventListener('abort', () => resolve(137)));
    // A hook ends with its mark; nothing else in a workspace gets an answer.
    if (!mark.startsWith('devenv-end-')) return 1;
    hooks.push(command.join(' '));
    out(`\n${mark}0\n`);
    return 0;
  };
  await up(shop, upOptions);
  snapshotData.volumes.set(`${main}.data`, 'mine');
  snapshotData.volumes.set(`${main}.rows`, 'rows of mine');
  await engine.runtime.exec(main, { argv: ['touch', '/usr/local/bin/jq'] });
  engine.runtime.calls.length = 0;
  hooks = [];
  return shop;
}

const find = (shop: Shop, name: string) => shop.fake.engine.runtime.containers.find((one) => one.name === name);

/** What a person could tell apart of the first workspace. */
async function observeFirst({ fake: { engine, snapshotData } }: Shop) {
  const own = (name: string): boolean => !name.startsWith(other);
  return {
    containers: (await engine.runtime.list([])).filter(({ name }) => own(name)).map((one) => `${one.id} ${one.state}`),
    volumes: (await engine.volumes.list([])).map(({ name }) => name).filter(own),
    data: [...snapshotData.volumes].filter(([name]) => own(name)),
    images: (await engine.images.list([])).flatMap(({ tags }) => tags).toSorted(),
  };
}

/** Names of everything that the engine has of the new workspace. */
async function listOther({ fake: { engine } }: Shop): Promise<readonly string[]> {
  const [containers, volumes, networks] = await Promise.all([
    engine.runtime.list([]),
    engine.volumes.list([]),
    engine.networks.list([]),
  ]);
  return [...containers, ...volumes, ...networks].map(({ name }) => name).filter((name) => name.startsWith(other));
}

describe('forkWorkspace', () => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openRunning();
  });

  it('makes another workspace with the same file system, volumes and services, and changes nothing in the first', async () => {
    const first = await observeFirst(shop);
    const { snapshotData, engine } = shop.fake;
    expect(await forkWorkspace(shop, options)).toMatchObject({
      ...{ from: 'main', workspace: 'try', folder: '/shop', version: 1, drift: true, volumes: ['data', 'rows'] },
      pauses: expect.arrayContaining([expect.objectContaining({ name: 'workspace', by: 'pause' })]),
    });
    expect(await observeFirst(shop)).toEqual(first);
    expect([find(shop, other)?.state, find(shop, `${other}.db`)?.state]).toEqual(['running', 'running']);
    expect(snapshotData.volumes.get(`${other}.data`)).toBe('mine');
    expect(snapshotData.volumes.get(`${other}.rows`)).toBe('rows of mine');
    expect(snapshotData.filled).toEqual([find(shop, other)?.id]);
    expect(engine.runtime.calls.filter((call) => call.endsWith(main))).toEqual([`pause ${main}`, `unpause ${main}`]);
    // A hook of new workspaces would change the project, which the first one uses.
    expect((await up(shop, { ...upOptions, workspace: 'try' })).operations).toEqual([]);
    expect(hooks).toEqual(['/bin/sh -c echo start']);
    expect(await snapshotIntent.read(shop, '/shop')).toBeUndefined();
  });

  it('gives it free ports, and says so', async () => {
    await forkWorkspace(shop, options);
    expect(find(shop, other)?.spec.ports).toMatchObject([{ host: 3001, container: 3000 }]);
    expect(find(shop, `${other}.db`)?.spec.ports).toMatchObject([{ host: 5433, container: 5432 }]);
    expect(shop.fake.progress.said.join('\n')).toMatch(/3000.*3001/);
  });

  it('says which folders both write to', async () => {
    await forkWorkspace(shop, options);
    expect(shop.fake.progress.said.join('\n')).toContain('Both workspaces write to the same folders: ./shared.');
  });

  it('makes a fork of a fork', async () => {
    await forkWorkspace(shop, options);
    shop.fake.snapshotData.volumes.set(`${other}.data`, 'tried');
    await forkWorkspace(shop, { from: 'try', name: 'again' });
    const again = nameResource({ project: 'shop', folder: '/shop', workspace: 'again' });
    expect(shop.fake.snapshotData.volumes.get(`${again}.data`)).toBe('tried');
    expect(find(shop, again)?.state).toBe('running');
  });

  it('makes a running workspace of a stopped one, which stays stopped', async () => {
    await down(shop, 'main');
    await forkWorkspace(shop, options);
    expect([find(shop, main)?.state, find(shop, other)?.state]).toEqual(['exited', 'running']);
  });

  it('is destroyed like any other', async () => {
    await forkWorkspace(shop, options);
    await destroy(shop, { workspace: 'try', discard: true, volumes: true, snapshot: false });
    expect(await listOther(shop)).toEqual([]);
    expect(find(shop, main)?.state).toBe('running');
  });

  it.each(['main', 'try'])('refuses the name %s that is taken, and makes nothing', async (name) => {
    await forkWorkspace(shop, options);
    const before = await listOther(shop);
    await expect(forkWorkspace(shop, { from: 'main', name })).rejects.toMatchObject({ code: 'WORKSPACE_EXISTS' });
    expect(await listOther(shop)).toEqual(before);
  });

  it('refuses a name whose data is left', async () => {
    await forkWorkspace(shop, options);
    await destroy(shop, { workspace: 'try', discard: true, volumes: false, snapshot: false });
    await expect(forkWorkspace(shop, options)).rejects.toThrow(/destroyed workspace try.*data, rows/);
  });

  it('says that there is no workspace to copy', async () => {
    await expect(forkWorkspace(shop, { from: 'none', name: 'try' })).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
    });
    expect(await listOther(shop)).toEqual([]);
  });

  it.each(['snapshot:intent', 'snapshot:still', 'snapshot:copied', 'fork:copied', 'up:created'])(
    'leaves nothing if it fails at %s, and the same command works',
    async (point) => {
      const first = await observeFirst(shop);
      shop.fake.failpoints.stopAt = point;
      await expect(forkWorkspace(shop, options)).rejects.toThrow(point);
      shop.fake.failpoints.stopAt = undefined;
      expect([await observeFirst(shop), await listOther(shop)]).toEqual([first, []]);
      await forkWorkspace(shop, options);
      expect(shop.fake.snapshotData.volumes.get(`${other}.data`)).toBe('mine');
    },
  );

  it('starts while the data of its services is copied, and is removed again if that fails', async () => {
    shop = await openRunning(yaml.replace('"data:/data", ', ''));
    const first = await observeFirst(shop);
    const { snapshotData } = shop.fake;
    const copy = snapshotData.copy.bind(snapshotData);
    let fails = true;
    snapshotData.copy = async (request) => {
      const session = await copy(request);
      const save = async (): Promise<readonly number[]> => {
        await expect.poll(() => find(shop, other)?.state).toBe('running');
        expect(find(shop, `${other}.db`), 'an engine would fill its empty volume').toBeUndefined();
        if (fails) throw new Error('The disk is full.');
        return session.save();
      };
      return { ...session, save };
    };
    await expect(forkWorkspace(shop, options)).rejects.toThrow('The disk is full.');
    expect([await observeFirst(shop), await listOther(shop)]).toEqual([first, []]);
    fails = false;
    await forkWorkspace(shop, options);
    expect([find(shop, `${other}.db`)?.state, snapshotData.volumes.get(`${other}.rows`)]).toEqual([
      'running',
      'rows of mine',
    ]);
  });

  it('is removed by the next command if it was killed before its container was complete', async () => {
    const first = await observeFirst(shop);
    let intent: Awaited<ReturnType<typeof snapshotIntent.read>>;
    const { failpoints } = shop.fake;
    const reach = failpoints.reach.bind(failpoints);
    failpoints.reach = async (point) => {
      if (point === 'fork:copied') intent = await snapshotIntent.read(shop, '/shop');
      return reach(point);
    };
    failpoints.stopAt = 'fork:copied';
    await expect(forkWorkspace(shop, options)).rejects.toThrow();
    const { engine, progress } = shop.fake;
    // As a kill leaves it.
    if (intent?.kind !== 'snapshot' || intent.making === undefined) throw new Error('There is no intent.');
    for (const name of intent.making.volumes) await engine.volumes.create(name, {});
    await snapshotIntent.write(shop, '/shop', intent);
    await recoverSnapshot(shop, '/shop');
    expect(await listOther(shop)).toEqual([]);
    expect(progress.said).toContain('Removed the workspace try: the command that copied it was interrupted.');
    expect(await observeFirst(shop)).toEqual(first);
  });

  it('is removed also if it was killed just before its end, and made by the same command', async () => {
    await forkWorkspace(shop, options);
    const place = { project: 'shop', folder: '/shop', workspace: 'try' };
    await snapshotIntent.write(shop, '/shop', {
      ...{
        kind: 'making',
        transaction: 'abc',
        engine: shop.fake.engine.address,
        place,
        volumes: [`${other}.data`, `${other}.rows`],
      },
    });
    await recoverSnapshot(shop, '/shop');
    expect(find(shop, other)).toBeUndefined();
    await forkWorkspace(shop, options);
    expect(find(shop, other)?.state).toBe('running');
  });
});

describe('a restricted fork', () => {
  it('has no network and no ports, now and after the next up', async () => {
    const shop = await openRunning('ports: [3000]\n');
    await forkWorkspace(shop, { ...options, restricted: { offline: true } });
    expect(find(shop, other)?.spec).toMatchObject({ network: 'none' });
    expect(find(shop, other)?.spec.ports ?? []).toEqual([]);
    expect((await up(shop, { ...upOptions, workspace: 'try' })).operations).toEqual([]);
    const { files } = shop.fake;
    await files.writeAtomic('/shop/devenv.yaml', `${files.files.get('/shop/devenv.yaml') ?? ''}env: {A: b}\n`);
    await up(shop, { ...upOptions, workspace: 'try', discard: true, snapshot: false });
    expect(find(shop, other)?.spec).toMatchObject({ network: 'none' });
  });

  it('reaches its services alone', async () => {
    const shop = await openRunning();
    await forkWorkspace(shop, { ...options, restricted: { offline: true } });
    const networks = [...(find(shop, other)?.networks.keys() ?? [])];
    expect(networks).toEqual([`${other}.default.internal`]);
    expect([...(find(shop, `${other}.db`)?.networks.keys() ?? [])]).toEqual(networks);
    expect(find(shop, `${other}.db`)?.spec.ports ?? []).toEqual([]);
  });

  it('hands its restrictions on to a fork of it, with those that the fork gets', async () => {
    const shop = await openRunning('');
    await forkWorkspace(shop, { ...options, restricted: { offline: true } });
    await forkWorkspace(shop, { from: 'try', name: 'again', restricted: { readOnlyProject: true } });
    const again = nameResource({ project: 'shop', folder: '/shop', workspace: 'again' });
    const container = (await shop.fake.engine.runtime.list([])).find(({ name }) => name === again);
    expect(container && readExecDefaults(container).settings.restricted).toEqual({
      ...{ offline: true, readOnlyProject: true },
    });
    expect(find(shop, again)?.spec).toMatchObject({ network: 'none' });
  });

  it.each(['try', 'again'])('hands its restrictions on to what is made of its snapshot: %s', async (workspace) => {
    const shop = await openRunning('');
    await forkWorkspace(shop, { ...options, restricted: { offline: true } });
    await createSnapshot(shop, { workspace: 'try', message: '' });
    const name = nameResource({ project: 'shop', folder: '/shop', workspace });
    if (workspace === 'try') await shop.fake.engine.runtime.remove(name);
    await restoreSnapshot(shop, { workspace, from: 'try', number: 1, snapshot: false });
    expect(find(shop, name)?.spec).toMatchObject({ network: 'none' });
  });

  it('keeps its restrictions when the folder of the project moves', async () => {
    const shop = await openRunning('');
    await forkWorkspace(shop, { ...options, restricted: { offline: true } });
    const { files } = shop.fake;
    await files.makeFolder('/moved');
    for (const file of ['devenv.yaml', 'devenv-lock.yaml'])
      await files.writeAtomic(`/moved/${file}`, files.files.get(`/shop/${file}`) ?? '');
    files.identities.set('/moved', '/shop').set('/shop', 'another');
    const there = Object.assign(Object.create(shop) as Shop, { folder: '/moved' });
    await up(there, { ...upOptions, workspace: 'try', discard: true, snapshot: false });
    const moved = nameResource({ project: 'shop', folder: '/moved', workspace: 'try' });
    expect(find(shop, moved)?.spec).toMatchObject({ network: 'none' });
  });

  it('has every folder of this machine read-only', async () => {
    const shop = await openRunning();
    await forkWorkspace(shop, { ...options, restricted: { readOnlyProject: true } });
    const mounts = find(shop, other)?.spec.mounts.filter(({ kind }) => kind === 'bind') ?? [];
    expect(mounts.length).toBeGreaterThan(1);
    expect(mounts.every((mount) => mount.kind === 'bind' && mount.readOnly === true)).toBe(true);
    const container = (await shop.fake.engine.runtime.list([])).find(({ name }) => name === other);
    expect(container && readExecDefaults(container).settings.restricted).toEqual({ readOnlyProject: true });
    expect(shop.fake.progress.said.join('\n')).not.toContain('the same folders');
  });

  it.each([
    ...['limits: {privileged: true}\n', 'docker: host\n', 'limits: {cap_add: [SYS_ADMIN]}\n'],
    ...['/var/run/docker.sock', '/run', '/var', '~/.docker/run/docker.sock'].map(
      (source) => `volumes: ["${source}:/host:ro"]\n`,
    ),
    ...['security_opt: [systempaths=unconfined]\n', 'services: {a: {image: "db:1", volumes: ["/run/podman:/p"]}}\n'],
  ])('is refused with rights that undo it: %s', async (rights) => {
    const shop = await openRunning('');
    const { files } = shop.fake;
    await files.writeAtomic('/shop/devenv.yaml', `${files.files.get('/shop/devenv.yaml') ?? ''}${rights}`);
    const forking = forkWorkspace(shop, { ...options, restricted: { offline: true } });
    await expect(forking).rejects.toMatchObject({ code: 'USAGE' });
    expect(await listOther(shop)).toEqual([]);
  });
});

describe('a fork in a worktree', () => {
  const tree = '/shop-try';
  const open = async (place: WorktreePlace | undefined = { top: '/shop', common: '/shop/.git', branch: 'main' }) => {
    const shop = await openRunning('volumes: ["data:/data"]\nhooks: {create: npm ci}\n');
    const { files } = shop.fake;
    const removed: string[] = [];
    const worktrees = {
      find: (folder: string) => Promise.resolve(folder === tree ? { ...place, top: tree, branch: 'fix' } : place),
      add: async () => {
        await files.makeFolder(tree);
        for (const name of ['devenv.yaml', 'devenv-lock.yaml'])
          await files.writeAtomic(`${tree}/${name}`, files.files.get(`/shop/${name}`) ?? '');
      },
      remove: (_: string, path: string) => Promise.resolve(void removed.push(path)),
    };
    Object.assign(shop, { worktrees: () => Promise.resolve(worktrees) });
    return { shop, worktrees, removed };
  };
  const workspace = nameResource({ project: 'shop', folder: tree, workspace: 'main' });

  it('is the main workspace of a folder of its own', async () => {
    const { shop } = await open();
    const result = await forkWorkspace(shop, { ...options, worktree: 'fix' });
    expect(result).toMatchObject({ folder: tree, workspace: 'main', branch: 'fix', drift: true });
    expect(find(shop, workspace)?.spec.mounts).toContainEqual(expect.objectContaining({ kind: 'bind', source: tree }));
    expect(shop.fake.snapshotData.volumes.get(`${workspace}.data`)).toBe('mine');
    expect(hooks).toEqual(['/bin/sh -c npm ci']);
    expect(await snapshotIntent.read(shop, tree)).toBeUndefined();
  });

  it('stays with its data if its hook fails, and the next up runs the hook again', async () => {
    const { shop } = await open();
    const { engine, snapshotData } = shop.fake;
    const sh = engine.runtime.programs['/bin/sh'];
    engine.runtime.programs['/bin/sh'] = (call) => {
      if (!(call.args[2] ?? '').startsWith('devenv-end-')) return sh?.(call) ?? 1;
      call.out(`\n${call.args[2] ?? ''}1\n`);
      return 1;
    };
    await expect(forkWorkspace(shop, { ...options, worktree: 'fix' })).rejects.toMatchObject({ code: 'HOOK_FAILED' });
    const { id } = find(shop, workspace) ?? {};
    expect(id).toBeDefined();
    if (sh !== undefined) engine.runtime.programs['/bin/sh'] = sh;
    // As each command begins, in either folder.
    for (const folder of [tree, '/shop']) await recoverSnapshot(shop, folder);
    const there = Object.assign(Object.create(shop) as Shop, { folder: tree });
    await up(there, upOptions);
    expect(find(shop, workspace)?.id).toBe(id);
    expect(snapshotData.volumes.get(`${workspace}.data`)).toBe('mine');
    expect(hooks).toEqual(['/bin/sh -c npm ci']);
  });

  it('uses a worktree that a killed command left, and refuses any other folder', async () => {
    const { shop, worktrees } = await open();
    await worktrees.add();
    await forkWorkspace(shop, { ...options, worktree: 'fix' });
    expect(find(shop, workspace)?.state).toBe('running');
    await shop.fake.files.makeFolder('/shop-more');
    const more = forkWorkspace(shop, { from: 'main', name: 'more', worktree: 'fix' });
    await expect(more).rejects.toMatchObject({ code: 'WORKTREE_FAILED' });
  });

  it('is refused outside of a repository', async () => {
    const { shop, worktrees } = await open();
    worktrees.find = () => Promise.resolve(undefined as never);
    await expect(forkWorkspace(shop, { ...options, worktree: 'fix' })).rejects.toMatchObject({
      code: 'WORKTREE_FAILED',
    });
  });

  it('is removed again if git fails, and after a kill', async () => {
    const { shop, worktrees, removed } = await open();
    worktrees.add = () => Promise.reject(new Error('git refused'));
    await expect(forkWorkspace(shop, { ...options, worktree: 'fix' })).rejects.toThrow('git refused');
    expect(removed).toEqual([tree]);
    await snapshotIntent.write(shop, '/shop', { kind: 'worktree', engine: shop.fake.engine.address, path: tree });
    await recoverSnapshot(shop, '/shop');
    expect(removed).toEqual([tree, tree]);
  });
});

describe('restoreSnapshot into another workspace', () => {
  it('makes it of a snapshot of the main one', async () => {
    const shop = await openRunning();
    await createSnapshot(shop, { workspace: 'main', message: '' });
    const first = await observeFirst(shop);
    shop.fake.snapshotData.volumes.set(`${main}.data`, 'newer');
    const restored = await restoreSnapshot(shop, { workspace: 'try', number: 1, snapshot: true });
    expect(restored).toMatchObject({ restored: { number: 1 }, made: 'try', told: true });
    expect(shop.fake.snapshotData.volumes.get(`${other}.data`)).toBe('mine');
    expect(find(shop, other)?.state).toBe('running');
    shop.fake.snapshotData.volumes.set(`${main}.data`, 'mine');
    expect(await observeFirst(shop)).toEqual(first);
  });

  it('refuses one that exists, and leaves nothing if it fails', async () => {
    const shop = await openRunning();
    await createSnapshot(shop, { workspace: 'main', message: '' });
    shop.fake.failpoints.stopAt = 'fork:copied';
    const request = { workspace: 'try', from: 'main', number: 1, snapshot: true };
    await expect(restoreSnapshot(shop, request)).rejects.toThrow('fork:copied');
    shop.fake.failpoints.stopAt = undefined;
    expect(await listOther(shop)).toEqual([]);
    await restoreSnapshot(shop, request);
    await expect(restoreSnapshot(shop, request)).rejects.toMatchObject({ code: 'WORKSPACE_EXISTS' });
  });
});
