import { expect, it } from 'vitest';
import { explainDrift } from '../../src/capture/drift/explain/explain-drift.ts';
import { inSlices } from '../../src/observe/in-slices.ts';
import { cpuTime } from '../cpu-time.ts';

it('visits each item in order', async () => {
  const seen: number[] = [];
  await inSlices(
    Array.from({ length: 5_000 }, (_, index) => index),
    (item) => seen.push(item),
  );
  expect(seen).toEqual([...seen.keys()]);
  expect(seen).toHaveLength(5_000);
});

it('lets signals and other work run during a long explanation of changes', async () => {
  let longest = 0;
  let last = cpuTime();
  const timer = setInterval(() => {
    longest = Math.max(longest, cpuTime() - last);
    last = cpuTime();
  }, 10);
  const changes = {
    *[Symbol.iterator]() {
      for (let index = 0; index < 600_000; index += 1)
        yield { path: `/opt/tree/${String(index % 500)}/${String(index)}`, kind: 'added', type: 'file' } as const;
    },
  };
  const began = cpuTime();
  const { paths } = await explainDrift({ version: 1, changes, noise: () => false });
  const took = cpuTime() - began;
  clearInterval(timer);
  expect(paths).toBe(600_000);
  // Without a pause it is the whole time.
  expect(longest).toBeLessThan(Math.max(600, took * 0.6));
});

it('ends an explanation that is interrupted', async () => {
  const leaving = new AbortController();
  const changes = {
    *[Symbol.iterator]() {
      for (let index = 0; ; index += 1)
        yield { path: `/opt/tree/${String(index % 500)}`, kind: 'added', type: 'file' } as const;
    },
  };
  setTimeout(() => leaving.abort(), 20);
  const explained = explainDrift({ version: 1, changes, noise: () => false, signal: leaving.signal });
  await expect(explained).rejects.toThrow('abort');
});
