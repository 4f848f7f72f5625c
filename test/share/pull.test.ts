import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { contentIdOf } from '../../src/lock/content-id.ts';
import type { Image } from '../../src/model/image.ts';
import { pull } from '../../src/share/pull.ts';
import { manifestOf } from '../fakes/fake-images.ts';
import { makeContext } from '../fakes/make-context.ts';
import { filesOf, lockOf, makeShared, repository } from './shared-project.ts';

const pinned = (number: number, rest: Partial<Image> = {}) => {
  const { image, version } = makeShared(number);
  const changed = { ...image, ...rest };
  return makeShared(number, { ...version, content: contentIdOf(changed), digest: manifestOf(changed) }, changed);
};
const [one, two] = [pinned(1), pinned(2)];

/** A project with a lock; the registry has the versions 1 and 2, and the tag of version 2 names version 1. */
function open(lock: string | undefined) {
  const context = makeContext(filesOf(lock));
  const { images } = context.fake.engine;
  const { manifests } = images.registry;
  for (const { image } of [one, two]) manifests.set(`${repository}@${manifestOf(image)}`, image);
  manifests.set(`${repository}:${two.local.split(':')[1] ?? ''}`, one.image);
  return { images, manifests, pull: () => pull(context) };
}

describe('pull', () => {
  it("fetches the current version by the lock's digest, and names it", async () => {
    const project = open(lockOf([one, two]));
    expect(await project.pull()).toEqual({ version: two.version, pulled: true });
    expect(project.images.pulled).toEqual([`${repository}@${manifestOf(two.image)}`]);
    expect(project.images.find(two.local)?.id).toBe(two.image.id);
  });

  it('fetches nothing that the engine has', async () => {
    const project = open(lockOf([one, two]));
    project.images.add(two.local, two.image);
    expect(await project.pull()).toEqual({ version: two.version, pulled: false });
    expect(project.images.pulled).toEqual([]);
  });

  it("fetches the version if its name is another image's", async () => {
    const project = open(lockOf([one, two]));
    project.images.add(two.local, one.image);
    expect(await project.pull()).toMatchObject({ pulled: true });
    expect(project.images.find(two.local)?.id).toBe(two.image.id);
  });

  it.each([
    ["another version's digest", manifestOf(one.image), 'CONTENT_MISMATCH', 'devenv-lock.yaml'],
    [
      'a digest that the registry lost',
      `sha256:${'0'.repeat(64)}`,
      'IMAGE_NOT_FOUND',
      'no longer has version 2 (change 2)',
    ],
    ['no digest', undefined, 'VERSION_NOT_PUSHED', 'never pushed'],
  ] as const)('names nothing if the lock has %s', async (_what, digest, code, words) => {
    const locked = makeShared(2, digest === undefined ? {} : { digest });
    const project = open(lockOf([one, locked]));
    await expect(project.pull()).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(project.images.find(two.local)).toBeUndefined();
  });

  it('says whom to ask for a version that was never pushed', async () => {
    const project = open(lockOf([one, makeShared(2)]));
    await expect(project.pull()).rejects.toMatchObject({
      suggestions: [expect.stringContaining('Ann Lee <ann@example.com> to run `devenv push`')],
    });
  });

  it('refuses a version for another architecture', async () => {
    const arm = pinned(2, { architecture: 'arm64' });
    const project = open(lockOf([one, arm]));
    project.manifests.set(`${repository}@${manifestOf(arm.image)}`, arm.image);
    await expect(project.pull()).rejects.toMatchObject({ code: 'NOT_IDENTICAL' });
    expect(project.images.find(arm.local)).toBeUndefined();
  });

  const lock = lockOf([one, two]);
  it.each([
    ['nonsense for a digest', lock.replace(manifestOf(two.image), 'sha256:nonsense'), /devenv-lock\.yaml:\d+/],
    ['merge marks', `<<<<<<< HEAD\n${lock}=======\n${lock}>>>>>>> theirs\n`, /merge/],
    ['a torn end', lock.slice(0, lock.length - 30), /devenv-lock\.yaml/],
    ['a newer format', lock.replace(/^lock: \d+/m, 'lock: 99'), /[Uu]pdate devenv/],
  ])('refuses a lock with %s before it asks the engine, and leaves the file', async (_what, text, words) => {
    expect(text).not.toBe(lock);
    const unasked = { engine: () => Promise.reject(new Error('the engine was asked')) };
    const context = makeContext(filesOf(text), { ports: unasked });
    const error: unknown = await pull(context).catch((reason: unknown) => reason);
    if (!(error instanceof DevenvError)) throw error;
    const { exitCode, at = '', message, suggestions } = error;
    expect([exitCode, [at, message, ...suggestions].join(' ')]).toEqual([3, expect.stringMatching(words)]);
    expect(context.fake.files.files.get('/shop/devenv-lock.yaml')).toBe(text);
  });

  it('asks for a version where there is none yet', async () => {
    await expect(open(undefined).pull()).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  });
});
