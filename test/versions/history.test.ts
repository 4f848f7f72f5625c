import { describe, expect, it } from 'vitest';
import { printLock } from '../../src/lock/print-lock.ts';
import { contentIdOf } from '../../src/lock/content-id.ts';
import type { Lock, Version } from '../../src/model/version.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { history } from '../../src/versions/history.ts';
import { show } from '../../src/versions/show.ts';
import { makeContext, type FakeContext } from '../fakes/make-context.ts';
import { digestOf } from '../fakes/fake-images.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\npackages: {apt: [git, jq]}\n';
const common = { author: 'Ada <ada@example.com>', date: '2026-01-02T03:04:05Z', size: 1, layers: 1 };
const first: Version = {
  ...{ ...common, number: 1, kind: 'build', message: 'first', digest: digestOf('pushed'), content: digestOf('1') },
  items: { set: { base: 'debian:bookworm-slim', 'apt:git': '' }, unset: [] },
};
const second: Version = {
  ...{ ...common, number: 2, kind: 'commit', parent: 1, from: 1, message: 'add jq', content: digestOf('2') },
  items: { set: { 'apt:jq': '' }, unset: [] },
};

function makeProject(versions: readonly Version[]): FakeContext {
  const lock: Lock = { name: 'shop', current: 2, shape: digestOf('shape'), resolved: {}, versions };
  return makeContext({ 'devenv.yaml': yaml, 'devenv-lock.yaml': printLock(lock) });
}

describe('history', () => {
  it('tells what each version changed, which is current and which were pushed', async () => {
    const { current, versions } = await history(makeProject([first, second]));
    expect(current).toBe(2);
    expect(versions.map(({ number, isCurrent, pushed }) => ({ number, isCurrent, pushed }))).toEqual([
      { number: 1, isCurrent: false, pushed: true },
      { number: 2, isCurrent: true, pushed: false },
    ]);
    expect(versions[1]?.changes).toEqual(['+ apt jq']);
  });

  it('is empty before the first build', async () => {
    expect(await history(makeContext({ 'devenv.yaml': yaml }))).toEqual({ versions: [] });
  });

  it('refuses a lock that somebody broke', async () => {
    const context = makeContext({ 'devenv.yaml': yaml, 'devenv-lock.yaml': 'lock: 1\nname: shop\n' });
    await expect(history(context)).rejects.toMatchObject({ exitCode: 3 });
  });
});

describe('show', () => {
  it('tells which version brought each layer, if this engine has the images', async () => {
    const context = makeProject([]);
    const { images } = context.fake.engine;
    const layers = [digestOf('base'), digestOf('jq')] as const;
    const add = (version: Version, diffIds: readonly (typeof layers)[number][]): Version => {
      const image = images.require(images.add('new', { diffIds }));
      const known = { ...version, content: contentIdOf(image) };
      images.add(localReference('shop', known), image);
      return known;
    };
    const versions = [add(first, layers.slice(0, 1)), add(second, layers)];
    const lock: Lock = { name: 'shop', current: 2, shape: digestOf('shape'), resolved: {}, versions };
    await context.fake.files.writeAtomic('/shop/devenv-lock.yaml', printLock(lock));
    expect((await show(context, undefined)).layers).toEqual([
      { diffId: layers[0], version: 1 },
      { diffId: layers[1], version: 2 },
    ]);
    expect(Object.keys((await show(context, 1)).items).sort()).toEqual(['apt:git', 'base']);
  });

  it('leaves the layers out if this engine does not have the image', async () => {
    const shown = await show(makeProject([first, second]), undefined);
    expect(shown).toMatchObject({ isCurrent: true, version: { number: 2 }, changes: ['+ apt jq'] });
    expect(shown).not.toHaveProperty('layers');
  });

  it('says that there is no such version', async () => {
    await expect(show(makeProject([first, second]), 9)).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  });
});
