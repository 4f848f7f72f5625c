import { describe, expect, it } from 'vitest';
import { push } from '../../../src/share/push.ts';
import { pruneRegistry } from '../../../src/share/registry/prune.ts';
import { versionTag } from '../../../src/observe/version-image.ts';
import { FakeEngine } from '../../fakes/fake-engine.ts';
import { makeContext } from '../../fakes/make-context.ts';
import { filesOf, lockOf, makeImage, makeShared, repository } from '../shared-project.ts';

/** Versions 1 and 2 are pushed; the lock has 1 and another 2. */
async function open() {
  const [one, gone, two, newer] = [makeShared(1), makeShared(2), makeShared(2, {}, makeImage('other')), makeShared(3)];
  const context = makeContext(filesOf(lockOf([one, gone])));
  const { images } = context.fake.engine;
  for (const { local, image } of [one, gone, two, newer]) images.add(local, image);
  await push(context, { all: false });
  // A teammate's version 3, and what devenv did not push.
  for (const tag of [versionTag(newer.version), 'v1.2', 'latest'])
    images.registry.manifests.set(`${repository}:${tag}`, newer.image);
  const next = makeContext(filesOf(lockOf([one, two])), { engine: new FakeEngine({ registry: images.registry }) });
  const tags = (): readonly string[] =>
    [...images.registry.manifests.keys()].filter((name) => !name.includes('@')).sort();
  return { context: next, tags, gone: versionTag(gone.version), one: versionTag(one.version) };
}

describe('prune --registry', () => {
  const options = { dryRun: false, show: () => undefined };

  it('deletes what the lock does not name, and neither newer versions nor what others pushed', async () => {
    const { context, tags, gone } = await open();
    const before = tags();
    expect(await pruneRegistry(context, { ...options, dryRun: true })).toEqual({
      repository,
      tags: [gone],
      removed: false,
    });
    expect(tags()).toEqual(before);
    expect(await pruneRegistry(context, options)).toEqual({ repository, tags: [gone], removed: true });
    expect(tags()).toEqual(before.filter((name) => !name.endsWith(gone)));
    expect(await pruneRegistry(context, options)).toEqual({ repository, tags: [], removed: false });
  });

  it('keeps a manifest that the lock names by another tag', async () => {
    const { context, gone, one } = await open();
    const { manifests } = context.fake.engine.images.registry;
    manifests.set(`${repository}:1-${'a'.repeat(12)}`, manifests.get(`${repository}:${one}`) ?? makeImage('none'));
    const digest = [...manifests.keys()].find(
      (name) => name.includes('@') && manifests.get(name) === manifests.get(`${repository}:${one}`),
    );
    const lock = context.fake.files.files.get('/shop/devenv-lock.yaml') ?? '';
    const pinned = lock.replace('    items:', `    digest: ${digest?.split('@')[1] ?? ''}\n    items:`);
    await context.fake.files.writeAtomic('/shop/devenv-lock.yaml', pinned);
    expect(await pruneRegistry(context, { ...options, dryRun: true })).toMatchObject({ tags: [gone] });
  });

  it('keeps a manifest to which somebody gave a tag of their own', async () => {
    const { context, tags, gone } = await open();
    const { manifests } = context.fake.engine.images.registry;
    manifests.set(`${repository}:production`, manifests.get(`${repository}:${gone}`) ?? makeImage('none'));
    const before = tags();
    expect(await pruneRegistry(context, options)).toEqual({ repository, tags: [], removed: false });
    expect(tags()).toEqual(before);
  });

  it('deletes nothing that nobody agreed to', async () => {
    const { context, tags } = await open();
    const before = tags();
    context.fake.prompt.agrees = false;
    await expect(pruneRegistry(context, options)).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(tags()).toEqual(before);
  });
});
