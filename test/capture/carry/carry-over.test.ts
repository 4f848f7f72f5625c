import { describe, expect, it } from 'vitest';
import { carryOver } from '../../../src/capture/carry/carry-over.ts';
import type { Take } from '../../../src/capture/carry/decide-conflicts.ts';
import { readIntent } from '../../../src/capture/commit/commit-intent.ts';
import { readProject } from '../../../src/observe/project.ts';
import { openLayeredShop } from '../../fakes/open-layered-shop.ts';

/** A workspace at version 1 that wrote these files, and version 2, which is current. */
async function open(mine: Readonly<Record<string, string | undefined>>, theirs: Readonly<Record<string, string>>) {
  const shop = await openLayeredShop();
  const container = await shop.start(await shop.addVersion({ '/opt/both': 'start', '/opt/old': 'old' }));
  for (const [path, text] of Object.entries(mine)) shop.store.write(container, path, text);
  await shop.addVersion(theirs);
  return { ...shop, container, carry: carryWith(shop, container) };
}

/** Carries what a container has onto the current version; gives the result and what was laid. */
function carryWith({ context, store, lock }: Awaited<ReturnType<typeof openLayeredShop>>, container: string) {
  return async (take?: Take) => {
    const { versions, current } = lock();
    const version = versions.find(({ number }) => number === current);
    if (version === undefined) throw new Error('There is no current version.');
    const leave = () => Promise.resolve({ check: () => Promise.resolve(), release: () => Promise.resolve() });
    const decisions = [{ kind: 'recreate', container, cause: 'the version changed' }] as const;
    const held = { check: () => undefined };
    const carrying = await carryOver(context, held, await readProject(context), version, decisions, leave, take);
    const { runtime, images } = context.fake.engine;
    await carrying?.fill(container);
    const reference = (await readIntent(context, '/shop'))?.reference;
    const laid = Object.fromEntries(store.filesOf(`${reference ?? ''}-merged`));
    await carrying?.end();
    const left = [...(await images.list([]))].filter(({ tags }) => tags.some((tag) => tag.includes('capture-')));
    expect([left, (await runtime.inspect(container))?.state]).toEqual([[], 'running']);
    expect(await readIntent(context, '/shop')).toBeUndefined();
    return carrying && { ...carrying.carried, laid };
  };
}

describe('carryOver', () => {
  it('lays what a workspace changed on the version that replaces its own', async () => {
    const shop = await open({ '/opt/mine': 'mine', '/opt/old': undefined }, { '/opt/theirs': 'theirs' });
    expect(await shop.carry()).toEqual({
      ...{ paths: 2, conflicts: [], packages: [] },
      laid: { '/opt/both': 'start', '/opt/mine': 'mine', '/opt/theirs': 'theirs' },
    });
    expect(shop.context.fake.snapshotData.filled).toEqual([shop.container]);
  });

  it('carries nothing of a workspace without changes', async () => {
    const shop = await open({ '/tmp/scratch': 'x' }, { '/opt/theirs': 'theirs' });
    expect(await shop.carry()).toBeUndefined();
  });

  it('takes what both sides changed to the same without a question', async () => {
    const shop = await open({ '/opt/both': 'same' }, { '/opt/both': 'same' });
    expect(await shop.carry()).toMatchObject({ conflicts: [] });
  });

  it.each([
    ['mine', 'mine'],
    ['theirs', 'theirs'],
  ] as const)('keeps a file that both sides changed as --take %s says', async (take, text) => {
    const shop = await open({ '/opt/both': 'mine' }, { '/opt/both': 'theirs' });
    expect(await shop.carry(take)).toMatchObject({
      conflicts: [{ path: '/opt/both', ours: 'changed', theirs: 'changed', taken: take }],
      ...(take === 'mine' && { laid: { '/opt/both': text } }),
    });
  });

  it('refuses a file that both sides changed without a person, and leaves the workspace as it was', async () => {
    const shop = await open({ '/opt/both': 'mine' }, { '/opt/both': 'theirs' });
    shop.context.fake.prompt.interactive = false;
    await expect(shop.carry()).rejects.toMatchObject({ code: 'REBASE_CONFLICT' });
    const { runtime, images } = shop.context.fake.engine;
    expect((await runtime.inspect(shop.container))?.state).toBe('running');
    expect((await images.list([])).flatMap(({ tags }) => tags).filter((tag) => tag.includes('capture-'))).toEqual([]);
  });

  it('asks about a file of a version that was rolled back meanwhile, whatever its size and time', async () => {
    const shop = await openLayeredShop();
    // Commits give younger files the time of the version below: such files look alike.
    shop.store.timeOf = () => `${String(Date.parse('2026-01-01T00:00:00Z') / 1000)}.0000000000`;
    await shop.addVersion({ '/etc/issue': 'Debian' });
    const two = await shop.addVersion({ '/opt/shared': 's1' });
    await shop.addVersion({ '/opt/three': '3' });
    const container = await shop.start(await shop.addVersion({ '/opt/shared': 's2' }));
    shop.store.write(container, '/opt/shared', 'mine');
    await shop.addVersion({ '/opt/seven': '7' }, { from: two.number });
    shop.context.fake.prompt.interactive = false;
    await expect(carryWith(shop, container)()).rejects.toMatchObject({ code: 'REBASE_CONFLICT' });
  });
});
