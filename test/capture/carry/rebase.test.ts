import { describe, expect, it } from 'vitest';
import { rebase } from '../../../src/capture/carry/rebase.ts';
import { localReference } from '../../../src/observe/version-image.ts';
import { openLayeredShop } from '../../fakes/open-layered-shop.ts';
import { validateDocument } from '../../validate-document.ts';

/** As after `devenv resolve`: their version 2 is current, our version 3 stands on version 1, too. */
async function open(theirs: Readonly<Record<string, string>>, mine: Readonly<Record<string, string>>) {
  const shop = await openLayeredShop();
  const one = await shop.addVersion({ '/opt/both': 'start' });
  await shop.addVersion(theirs);
  await shop.addVersion(mine, { parent: one.number, from: one.number, message: 'mine' });
  await shop.setCurrent(2);
  const current = () => {
    const lock = shop.lock();
    const version = lock.versions.find(({ number }) => number === lock.current);
    return version && Object.fromEntries(shop.store.filesOf(localReference('shop', version)));
  };
  return { ...shop, current, rebase: (take?: 'mine' | 'theirs') => rebase(shop.context, { take }) };
}

describe('rebase', () => {
  it('lays what our versions changed by hand on the current version, as one new version', async () => {
    const shop = await open({ '/opt/theirs': 'theirs' }, { '/opt/mine': 'mine' });
    expect(await shop.rebase()).toMatchObject({
      replayed: [3],
      version: { number: 4, kind: 'commit', parent: 2, from: 2, message: 'mine' },
      opaque: { versions: [3], laid: 1, conflicts: [], packages: [] },
    });
    expect(shop.lock().current).toBe(4);
    expect(shop.current()).toEqual({ '/opt/both': 'start', '/opt/theirs': 'theirs', '/opt/mine': 'mine' });
  });

  it('has nothing to do where the newest version is current', async () => {
    const shop = await open({ '/opt/theirs': 'theirs' }, { '/opt/mine': 'mine' });
    await shop.setCurrent(3);
    expect(await shop.rebase()).toMatchObject({ replayed: [], opaque: { versions: [] } });
    expect(shop.lock().versions).toHaveLength(3);
  });

  it('changes nothing while both sides changed a file and nobody decides', async () => {
    const shop = await open({ '/opt/both': 'theirs' }, { '/opt/both': 'mine' });
    shop.context.fake.prompt.interactive = false;
    const before = shop.lock();
    await expect(shop.rebase()).rejects.toMatchObject({ code: 'REBASE_CONFLICT' });
    expect(shop.lock()).toEqual(before);
  });

  it.each([
    ['mine', 'mine'],
    ['theirs', 'theirs'],
  ] as const)('keeps a file that both sides changed as --take %s says', async (take, text) => {
    const shop = await open({ '/opt/both': 'theirs' }, { '/opt/both': 'mine', '/opt/mine': 'mine' });
    const result = await shop.rebase(take);
    expect(result).toMatchObject({ opaque: { conflicts: [{ path: '/opt/both', taken: take }] } });
    expect(validateDocument('rebase', result)).toEqual([]);
    expect(shop.current()).toMatchObject({ '/opt/both': text, '/opt/mine': 'mine' });
  });
});
