import { expect, it } from 'vitest';
import { chooseMerge, layerLimit } from '../../src/plan/choose-merge.ts';

/** Lays layers of the given sizes on each other, one commit after the other. */
function commitAll(sizes: readonly number[]): { readonly layers: readonly number[]; readonly written: number } {
  let layers: number[] = [];
  let written = 0;
  for (const size of sizes) {
    const kept = layers.length - chooseMerge(layers);
    const merged = layers.slice(kept).reduce((sum, each) => sum + each, size);
    written += merged;
    layers = [...layers.slice(0, kept), merged];
  }
  return { layers, written };
}

it('merges nothing while there are few layers', () => {
  expect(chooseMerge(Array.from({ length: layerLimit - 1 }, () => 1))).toBe(0);
});

it('does not write a large layer again for small ones', () => {
  const { layers } = commitAll([500_000_000, ...Array.from({ length: 299 }, () => 1000)]);
  expect(layers[0]).toBe(500_000_000);
});

it.each([1, 1000])('bounds the layers of 300 commits, and what is written for them', (size) => {
  const { layers, written } = commitAll(Array.from({ length: 300 }, () => size));
  expect(layers.length).toBeLessThanOrEqual(layerLimit);
  expect(written / (300 * size)).toBeLessThan(10);
});

it('bounds them for sizes that only fall', () => {
  const { layers } = commitAll(Array.from({ length: 300 }, (_, index) => 2 ** (300 - index)));
  expect(layers.length).toBeLessThanOrEqual(layerLimit);
});
