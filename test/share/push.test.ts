import { describe, expect, it } from 'vitest';
import { parseLock } from '../../src/lock/parse-lock.ts';
import type { Digest } from '../../src/model/version.ts';
import { labels } from '../../src/observe/labels.ts';
import { push, type PushOptions } from '../../src/share/push.ts';
import { manifestOf } from '../fakes/fake-images.ts';
import { makeContext } from '../fakes/make-context.ts';
import { config, filesOf, lockOf, makeImage, makeShared, repository, type Shared } from './shared-project.ts';

const [one, two] = [makeShared(1), makeShared(2)];

/** A project with versions, all of which the engine has, and the registry none. */
function open(versions: readonly Shared[] = [one, two]) {
  const context = makeContext(filesOf(lockOf(versions)));
  const { engine, failpoints, files } = context.fake;
  const { images } = engine;
  const { registry } = images;
  for (const { local, image } of versions) images.add(local, image);
  const lockText = (): string => files.files.get('/shop/devenv-lock.yaml') ?? '';
  const digests = () => parseLock(lockText(), 'devenv-lock.yaml').versions.map(({ digest }) => digest);
  return {
    images,
    registry,
    failpoints,
    push: (options: Partial<PushOptions> = {}) => push(context, { all: false, ...options }),
    lockText,
    digests,
  };
}

describe('push', () => {
  it('sends what the registry lacks and records its digest', async () => {
    const project = open([one, two]);
    const { pushed, absent } = await project.push();
    expect(pushed.map(({ number, digest }) => [number, digest])).toEqual([
      [1, manifestOf(one.image)],
      [2, manifestOf(two.image)],
    ]);
    expect(absent).toEqual([]);
    expect(project.digests()).toEqual([manifestOf(one.image), manifestOf(two.image)]);
    expect(project.registry.manifests.get(`${repository}:latest`)?.id).toBe(two.image.id);
  });

  it('sends nothing a second time', async () => {
    const project = open();
    await project.push();
    const sent = project.images.pushed.length;
    expect(await project.push()).toEqual({ pushed: [], absent: [], skipped: [] });
    expect(project.images.pushed).toHaveLength(sent);
  });

  it.each(['push:tagged', 'push:sent', 'lock:before'])(
    'leaves the lock as it was when it is stopped at %s, and goes on later',
    async (point) => {
      const project = open();
      const before = project.lockText();
      project.failpoints.stopAt = point;
      await expect(project.push()).rejects.toThrow(point);
      expect(project.lockText()).toBe(before);
      project.failpoints.stopAt = undefined;
      expect((await project.push()).pushed.map(({ number }) => number)).toEqual([1, 2]);
      expect(project.digests()).toEqual([manifestOf(one.image), manifestOf(two.image)]);
    },
  );

  it('keeps the digest of the first version when it is stopped in the second', async () => {
    const project = open();
    await project.images.remove(two.local);
    await project.push();
    project.images.add(two.local, two.image);
    project.failpoints.stopAt = 'push:sent';
    await expect(project.push()).rejects.toThrow('push:sent');
    expect(project.digests()).toEqual([manifestOf(one.image), undefined]);
    project.failpoints.stopAt = undefined;
    expect((await project.push()).pushed.map(({ number }) => number)).toEqual([2]);
  });

  it('names the versions that are neither in the registry nor here', async () => {
    const project = open();
    await project.images.remove(one.local);
    const { pushed, absent } = await project.push();
    expect([pushed.map(({ number }) => number), absent]).toEqual([[2], [1]]);
  });

  it('sends the current version again if the registry has lost it', async () => {
    const project = open();
    await project.push();
    project.registry.manifests.delete(`${repository}@${manifestOf(two.image)}`);
    expect((await project.push()).pushed.map(({ number }) => number)).toEqual([2]);
  });

  describe('with a version that was rolled back', () => {
    const rolled = [
      makeShared(1),
      makeShared(2),
      makeShared(3, { kind: 'rollback', from: 1, parent: 2, content: makeShared(1).version.content }),
      makeShared(4, { parent: 3, from: 3 }),
    ].map((shared, index, all) => (index === 2 ? { ...shared, image: (all[0] as Shared).image } : shared));

    it('sends the line of the current version', async () => {
      const { pushed, absent, skipped } = await open(rolled).push();
      expect([pushed.map(({ number }) => number), absent, skipped]).toEqual([[1, 3, 4], [], [2]]);
    });

    it('sends every version if asked to', async () => {
      const { pushed, skipped } = await open(rolled).push({ all: true });
      expect([pushed.map(({ number }) => number), skipped]).toEqual([[1, 2, 3, 4], []]);
    });
  });

  it('leaves out versions that a rebase replaces', async () => {
    const replaced = [makeShared(1), makeShared(2), makeShared(3, { parent: 1, from: 1 })];
    const { pushed, skipped } = await open(replaced).push();
    expect([pushed.map(({ number }) => number), skipped]).toEqual([[1, 3], [2]]);
  });

  it('sends again every pushed version that the registry has lost', async () => {
    const three = makeShared(3);
    const project = open([one, two, three]);
    await project.push();
    for (const { image } of [one, three]) project.registry.manifests.delete(`${repository}@${manifestOf(image)}`);
    expect((await project.push()).pushed.map(({ number }) => number)).toEqual([1, 3]);
  });

  it('does not send an image whose content is not that of the version', async () => {
    const project = open();
    project.images.add(two.local, makeImage('another'));
    expect((await project.push()).absent).toEqual([2]);
  });

  it('records nothing if the registry serves something else than it took', async () => {
    const project = open([one]);
    const before = project.lockText();
    const other: Digest = `sha256:${'0'.repeat(64)}`;
    project.images.resolveDigest = (reference) => Promise.resolve(reference.endsWith(':latest') ? undefined : other);
    await expect(project.push()).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    expect(project.lockText()).toBe(before);
  });

  it('refuses while the registry has a version that the lock does not know', async () => {
    const project = open([one]);
    const record = { number: 2, author: 'Bob <bob@example.com>', message: 'add jq' };
    const theirs = makeImage('theirs');
    const labelled = { ...theirs.config, labels: { [labels.record]: JSON.stringify(record) } };
    project.images.add(`${repository}:latest`, { ...theirs, config: labelled });
    await project.images.push(`${repository}:latest`, project.registry);
    await expect(project.push()).rejects.toMatchObject({
      code: 'STALE_PARENT',
      message: expect.stringContaining('version 2 (add jq, Bob <bob@example.com>)'),
    });
    expect(project.images.pushed).toEqual([`${repository}:latest`]);
  });

  it('leaves a latest tag alone that devenv did not make', async () => {
    const project = open([one]);
    const theirs = makeImage('theirs');
    project.images.add(`${repository}:latest`, theirs);
    await project.images.push(`${repository}:latest`, project.registry);
    await project.push();
    expect(project.digests()).toEqual([manifestOf(one.image)]);
    expect(project.registry.manifests.get(`${repository}:latest`)?.id).toBe(theirs.id);
  });

  it('asks for a repository and for a version', async () => {
    const without = config.replace(/^image: .*\n/m, '');
    await expect(push(makeContext(filesOf(lockOf([one]), without)), { all: false })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await expect(push(makeContext(filesOf(undefined, config)), { all: false })).rejects.toMatchObject({
      code: 'VERSION_NOT_FOUND',
    });
  });
});
