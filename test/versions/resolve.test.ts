import { expect, it } from 'vitest';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Lock } from '../../src/model/version.ts';
import { localReference } from '../../src/observe/version-image.ts';
import { resolve } from '../../src/versions/resolve.ts';
import { makeContext } from '../fakes/make-context.ts';
import { validateDocument } from '../validate-document.ts';
import { filesOf, makeShared } from '../share/shared-project.ts';

const [one, mine, theirs] = [
  makeShared(1),
  makeShared(2, { message: 'mine' }),
  makeShared(2, { message: 'theirs', digest: `sha256:${'b'.repeat(64)}` }, makeShared(3).image),
];
const lockWith = (current: typeof mine): Lock => ({
  ...{ name: 'shop', current: 2, shape: `sha256:${'a'.repeat(64)}`, resolved: {} },
  versions: [one.version, current.version],
});
const conflict = (ours: string, other: string): string => `<<<<<<< HEAD\n${ours}=======\n${other}>>>>>>> theirs\n`;

it('keeps the versions of both sides, and renumbers those that were not pushed', async () => {
  const context = makeContext(filesOf(conflict(printLock(lockWith(mine)), printLock(lockWith(theirs)))));
  const { files, engine } = context.fake;
  engine.images.add(mine.local, mine.image);
  const result = await resolve(context);
  expect(result).toEqual({
    ...{ conflict: true, current: 2, aside: [3] },
    renumbered: [{ before: 2, after: 3, message: 'mine' }],
  });
  expect(validateDocument('resolve', result)).toEqual([]);
  const lock = parseLock(files.files.get('/shop/devenv-lock.yaml') ?? '', 'devenv-lock.yaml');
  expect(lock.versions.map(({ number, message }) => [number, message])).toEqual([
    [1, 'change 1'],
    [2, 'theirs'],
    [3, 'mine'],
  ]);
  expect(engine.images.find(localReference('shop', { ...mine.version, number: 3 }))).toBeDefined();
});

it('does nothing to a lock without merge marks', async () => {
  const text = printLock(lockWith(mine));
  const context = makeContext(filesOf(text));
  expect(await resolve(context)).toEqual({ conflict: false, renumbered: [], aside: [] });
  expect(context.fake.files.files.get('/shop/devenv-lock.yaml')).toBe(text);
});

it('refuses locks of different projects, and changes nothing', async () => {
  const text = conflict(printLock(lockWith(mine)), printLock({ ...lockWith(theirs), name: 'bar' }));
  const context = makeContext(filesOf(text));
  await expect(resolve(context)).rejects.toMatchObject({ code: 'LOCK_CONFLICT' });
  expect(context.fake.files.files.get('/shop/devenv-lock.yaml')).toBe(text);
});
