import { expect, it } from 'vitest';
import { chooseMerge, chooseReclaim, layerLimit } from '../../../src/capture/commit/choose-merge.ts';

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
