import { expect, it } from 'vitest';
import type { Lock, Version } from '../../../src/model/version.ts';
import { chooseMerge, chooseReclaim, layerLimit, listParts } from '../../../src/capture/commit/choose-merge.ts';

/** Lays layers of the given sizes on each other, one commit after the other. */
function commitAll(sizes: readonly number[]): { readonly layers: readonly number[]; readonly written: number } {
  let layers: number[] = [];
  let written = 0;
  for (const size of sizes) {
    const newestFirst = [size, ...layers];
    const count = chooseMerge(newestFirst.map((bytes) => ({ bytes, layers: 1 })));
    const merged = newestFirst.slice(0, Math.max(count, 1)).reduce((sum, each) => sum + each, 0);
    written += merged;
    layers = [merged, ...newestFirst.slice(Math.max(count, 1))];
    expect(layers.length).toBeLessThan(layerLimit);
  }
  return { layers, written };
}

it('merges nothing while there are few layers', () => {
  expect(chooseMerge(Array.from({ length: layerLimit - 1 }, () => ({ bytes: 1, layers: 1 })))).toBe(0);
});

it('counts every layer of a part', () => {
  const parts = [1, 8, layerLimit].map((layers) => ({ bytes: 1, layers }));
  expect(chooseMerge(parts)).toBe(3);
});

it('does not write a large layer again for small ones', () => {
  const { layers } = commitAll([500_000_000, ...Array.from({ length: 299 }, () => 1000)]);
  expect(layers.at(-1)).toBe(500_000_000);
});

it.each([1, 1000])('bounds the layers of 300 commits, and what is written for them', (size) => {
  const { written } = commitAll(Array.from({ length: 300 }, () => size));
  expect(written / (300 * size)).toBeLessThan(10);
});

it('bounds them for sizes that only fall', () => {
  commitAll(Array.from({ length: 300 }, (_, index) => 2 ** (300 - index)));
});

const mega = 1_000_000;

it('goes down to the layer whose files were deleted', () => {
  const parts = [
    { live: 0, dead: 0 },
    { live: 3 * mega, dead: 0 },
    { live: 2 * mega, dead: 30 * mega },
    { live: 9 * mega, dead: 5 * mega },
  ];
  expect(chooseReclaim(parts)).toBe(3);
});

it('merges nothing that costs more to send than it gives back', () => {
  expect(
    chooseReclaim([
      { live: mega, dead: 0 },
      { live: 40 * mega, dead: 30 * mega },
    ]),
  ).toBe(0);
});

it('merges nothing for little', () => {
  expect(
    chooseReclaim([
      { live: 0, dead: 0 },
      { live: 0, dead: 1000 },
    ]),
  ).toBe(0);
});

const version = (number: number, kind: Version['kind'], from: number | undefined, layers: number): Version => ({
  ...{ number, kind, layers, size: layers * 10, author: 'Ann', date: '2025-06-30T12:00:00Z', message: 'm' },
  ...(from !== undefined && { from, parent: number - 1 }),
  content: `sha256:${'0'.repeat(64)}`,
  items: { set: {}, unset: [] },
});

it('follows what versions extend, passing over those that add no layer', () => {
  const versions = [
    version(1, 'build', undefined, 3),
    version(2, 'commit', 1, 4),
    version(3, 'build', 2, 6),
    version(4, 'commit', 3, 7),
    version(5, 'rollback', 3, 6),
  ];
  const lock: Lock = { name: 'shop', current: 5, shape: `sha256:${'0'.repeat(64)}`, resolved: {}, versions };
  expect(listParts(lock, { size: 75, layers: 7 }, 5)).toEqual([
    { onto: 5, layers: 1, bytes: 15 },
    { onto: 2, layers: 2, bytes: 20 },
    { onto: 1, layers: 1, bytes: 10 },
  ]);
});
