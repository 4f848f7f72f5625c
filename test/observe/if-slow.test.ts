import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ifSlow } from '../../src/observe/if-slow.ts';
import { FakeProgress } from '../fakes/fake-progress.ts';

it('says nothing about work that ends soon, and shows and ends a task for slow work', async () => {
  const progress = new FakeProgress();
  expect(await ifSlow(progress, 'Comparing', Promise.resolve(1))).toBe(1);
  expect(progress.said).toEqual([]);
  expect(await ifSlow(progress, 'Comparing', sleep(60, 2), 5)).toBe(2);
  const failing = sleep(60).then(() => Promise.reject(new Error('broken')));
  await expect(ifSlow(progress, 'Looking', failing, 5)).rejects.toThrow('broken');
  expect(progress.said).toEqual(['Comparing', 'Looking']);
});
