import { describe, expect, it } from 'vitest';
import { inFew } from '../../src/observe/in-few.ts';

describe('inFew', () => {
  it('does all, so many at a time', async () => {
    let [now, most] = [0, 0];
    const done: number[] = [];
    await inFew([1, 2, 3, 4, 5], 2, async (item) => {
      most = Math.max(most, (now += 1));
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      done.push(item);
    });
    expect([done, most]).toEqual([[1, 2, 3, 4, 5], 2]);
  });

  it('begins no more once it is to stop', async () => {
    const done: number[] = [];
    await inFew(
      [1, 2, 3],
      1,
      async (item) => done.push(item),
      () => done.length === 2,
    );
    expect(done).toEqual([1, 2]);
  });

  it('fails as the work does', async () => {
    await expect(inFew([1], 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  });
});
