import { expect, it, describe } from 'vitest';
import { printLock } from '../../src/lock/print-lock.ts';
import { hashItems } from '../../src/lock/hash-json.ts';
import type { Version } from '../../src/model/version.ts';
import { lockPath, readProject } from '../../src/observe/project.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { rollback, restorePins } from '../../src/workspace/rollback.ts';
import { digestOf } from '../fakes/fake-images.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

/** A project at version 2, which has git; devenv.yaml asks for it. */
async function openSecond(): Promise<Shop> {
  const shop = await openShop();
  const { files } = shop.fake;
  await files.writeAtomic('/shop/devenv.yaml', `${files.files.get('/shop/devenv.yaml') ?? ''}packages: {apt: [git]}\n`);
  const { desired, lock } = await readProject(shop);
  const second: Version = {
    ...{ ...shop.version, number: 2, parent: 1, content: digestOf('second'), message: 'add git' },
    items: { set: { 'apt:git': desired['apt:git'] ?? '' }, unset: [] },
  };
  await files.writeAtomic(
    lockPath('/shop'),
    printLock({
      ...{ name: 'shop', current: 2, shape: hashItems(desired), resolved: {} },
      versions: [...(lock?.versions ?? []), second],
    }),
  );
  return shop;
}

it('records the content of an older version as the next one, and edits devenv.yaml', async () => {
  const shop = await openSecond();
  const result = await rollback(shop, 1);
  expect(result).toMatchObject({ version: { number: 3, from: 1, parent: 2 }, edited: true, byHand: [], unsaved: 0 });
  const { lock, environment, shape } = await readProject(shop);
  expect(lock).toMatchObject({ current: 3, shape });
  expect(environment.packages['apt'] ?? []).toEqual([]);
  expect(shop.fake.engine.images.find(localReference('shop', result.version))).toBeDefined();
});

it('records the version and leaves devenv.yaml alone if nobody agrees to the edit', async () => {
  const shop = await openSecond();
  shop.fake.prompt.agrees = false;
  const result = await rollback(shop, 1);
  expect(result.edited).toBe(false);
  expect(result.byHand.join()).toContain('git');
  expect((await readProject(shop)).lock?.current).toBe(3);
  expect(shop.fake.files.files.get('/shop/devenv.yaml')).toContain('git');
});

it('writes nothing if the image of the version cannot be had', async () => {
  const shop = await openSecond();
  await shop.fake.engine.images.remove(localReference('shop', shop.version));
  await expect(rollback(shop, 1)).rejects.toMatchObject({ code: 'VERSION_NOT_PUSHED' });
  expect((await readProject(shop)).lock?.current).toBe(2);
  expect(shop.fake.files.files.get('/shop/devenv.yaml')).toContain('git');
});

it('refuses the current version and one that does not exist', async () => {
  const shop = await openSecond();
  await expect(rollback(shop, 2)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(rollback(shop, 9)).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
});

const current = { base: 'image debian:13', node: '24', 'apt:jq': '*', 'apt:git': '*' };
const recorded = {
  base: { 'debian:13': 'sha256:13' },
  node: { node: '24.1.0', 'node.integrity.x64': 'sha512-24' },
  apt: { jq: '1.7', git: '2.47' },
};

describe('restorePins', () => {
  it('takes what the older image has, and no checksum of another version', () => {
    const items = { base: 'image debian:12', node: '22', 'apt:jq': '*' };
    const inventory = { node: { node: '22.5.0' }, apt: { jq: '1.6', git: '2.39', libc6: '2.36' } };
    expect(restorePins(items, current, recorded, inventory)).toEqual({ node: { node: '22.5.0' }, apt: { jq: '1.6' } });
  });

  it('keeps what was declared the same and is true still', () => {
    const items = { base: 'image debian:13', node: '24', 'apt:git': '*' };
    const inventory = { node: { node: '24.1.0' }, apt: { git: '2.47' } };
    expect(restorePins(items, current, recorded, inventory)).toEqual({
      base: recorded.base,
      node: recorded.node,
      apt: { git: '2.47' },
    });
  });
});
