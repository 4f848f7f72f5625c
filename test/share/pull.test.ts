import { describe, expect, it } from 'vitest';
import { DevenvError } from '../../src/errors/devenv-error.ts';
import { contentIdOf } from '../../src/lock/content-id.ts';
import { pull } from '../../src/share/pull.ts';
import { digestOf, FakeImages } from './shared-images.ts';
import { makeContext, makeEngine } from '../fakes/make-context.ts';
import { filesOf, lockOf, makeShared, repository } from './shared-project.ts';

const pinned = (number: number) => {
  const shared = makeShared(number);
  return makeShared(number, { digest: digestOf(shared.image) });
};
const [one, two] = [pinned(1), pinned(2)];

/** Pulls with a lock; the registry has the versions 1 and 2, and the tag of version 2 names version 1. */
function open(lock: string | undefined) {
  const images = new FakeImages();
  for (const { image } of [one, two]) images.registry.set(`${repository}@${digestOf(image)}`, image);
  images.registry.set(`${repository}:${two.local.split(':')[1] ?? ''}`, one.image);
  const files = filesOf(lock);
  const engine = makeEngine(images);
  const context = makeContext({ files, engine: () => Promise.resolve(engine) });
  return { images, files, pull: () => pull(context) };
}

describe('pull', () => {
  it("fetches the current version by the lock's digest, and names it", async () => {
    const project = open(lockOf([one, two]));
    expect(await project.pull()).toEqual({ version: two.version, pulled: true });
    expect(project.images.pulled).toEqual([`${repository}@${digestOf(two.image)}`]);
    expect(project.images.here.get(two.local)).toEqual(two.image);
  });

  it('fetches nothing that the engine has', async () => {
    const project = open(lockOf([one, two]));
    project.images.here.set(two.local, two.image);
    expect(await project.pull()).toEqual({ version: two.version, pulled: false });
    expect(project.images.pulled).toEqual([]);
  });

  it("fetches the version if its name is another image's", async () => {
    const project = open(lockOf([one, two]));
    project.images.here.set(two.local, one.image);
    expect(await project.pull()).toMatchObject({ pulled: true });
    expect(project.images.here.get(two.local)).toEqual(two.image);
  });

  it.each([
    ["another version's digest", digestOf(one.image), 'CONTENT_MISMATCH', 'devenv-lock.yaml'],
    ['a digest that the registry lost', `sha256:${'0'.repeat(64)}`, 'IMAGE_NOT_FOUND', 'no version 2 (change 2)'],
    ['no digest', undefined, 'VERSION_NOT_PUSHED', 'never pushed'],
  ] as const)('names nothing if the lock has %s', async (_what, digest, code, words) => {
    const locked = makeShared(2, digest === undefined ? {} : { digest });
    const project = open(lockOf([one, locked]));
    await expect(project.pull()).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
    expect(project.images.here.has(two.local)).toBe(false);
  });

  it('says whom to ask for a version that was never pushed', async () => {
    const project = open(lockOf([one, makeShared(2)]));
    await expect(project.pull()).rejects.toMatchObject({
      suggestions: [expect.stringContaining('Ann Lee <ann@example.com> to run `devenv push`')],
    });
  });

  it('refuses a version for another architecture', async () => {
    const arm = { ...two.image, architecture: 'arm64' };
    const images = new FakeImages();
    const engine = makeEngine(images);
    const locked = makeShared(2, { digest: digestOf(arm), content: contentIdOf(arm) });
    images.registry.set(`${repository}@${digestOf(arm)}`, arm);
    const context = makeContext({ files: filesOf(lockOf([one, locked])), engine: () => Promise.resolve(engine) });
    await expect(pull(context)).rejects.toMatchObject({ code: 'NOT_IDENTICAL' });
    expect(images.here.has(locked.local)).toBe(false);
  });

  const lock = lockOf([one, two]);
  it.each([
    ['nonsense for a digest', lock.replace(digestOf(two.image), 'sha256:nonsense'), /devenv-lock\.yaml:\d+/],
    ['merge marks', `<<<<<<< HEAD\n${lock}=======\n${lock}>>>>>>> theirs\n`, /merge/],
    ['a torn end', lock.slice(0, lock.length - 30), /devenv-lock\.yaml/],
    ['a newer format', lock.replace(/^lock: \d+/m, 'lock: 99'), /[Uu]pdate devenv/],
  ])('refuses a lock with %s before it asks the engine, and leaves the file', async (_what, text, words) => {
    expect(text).not.toBe(lock);
    const files = filesOf(text);
    const error: unknown = await pull(makeContext({ files })).catch((reason: unknown) => reason);
    if (!(error instanceof DevenvError)) throw error;
    const { exitCode, at = '', message, suggestions } = error;
    expect([exitCode, [at, message, ...suggestions].join(' ')]).toEqual([3, expect.stringMatching(words)]);
    expect(files.get('/project/devenv-lock.yaml')).toBe(text);
  });

  it('asks for a version where there is none yet', async () => {
    await expect(open(undefined).pull()).rejects.toMatchObject({ code: 'VERSION_NOT_FOUND' });
  });
});
