import { expect, it } from 'vitest';
import { formatCount, listSome } from '../../src/model/format-count.ts';

it.each([
  [0, '0 changes'],
  [1, '1 change'],
  [2, '2 changes'],
  [21, '21 changes'],
])('takes the right form of the noun for %i', (count, text) => {
  expect(formatCount(count, 'change')).toBe(text);
});

it('lists the first names, and counts the rest', () => {
  expect(listSome(['a', 'b', 'c'], 3)).toBe('a, b, c');
  expect(listSome(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(listSome(['a', 'b'], 2, 9)).toBe('a, b and 7 more');
});
