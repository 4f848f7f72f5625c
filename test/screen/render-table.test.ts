import { expect, it } from 'vitest';
import { renderTable } from '../../src/screen/render-table.ts';

const rows = [
  ['shop', '/home/ann/projects/of/the/team/shop'],
  ['a-long-name-of-a-project', '/srv'],
];

it('aligns columns, and cuts nothing without a width', () => {
  expect(renderTable(['NAME', 'FOLDER'], rows).split('\n')).toEqual([
    'NAME                      FOLDER',
    'shop                      /home/ann/projects/of/the/team/shop',
    'a-long-name-of-a-project  /srv',
  ]);
});

it.each([60, 40, 30])('fits %i columns by cutting the widest', (width) => {
  const lines = renderTable(['NAME', 'FOLDER'], rows, width).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  expect(lines[1]).toMatch(/^shop +….*shop$/);
  expect(new Set(lines.map((line) => line.search(/ [/F…]/))).size).toBe(1);
});

it('cuts nothing at 200 columns', () => {
  expect(renderTable(['NAME', 'FOLDER'], rows, 200)).toBe(renderTable(['NAME', 'FOLDER'], rows));
});

it('shows control characters of nobody', () => {
  expect(renderTable([], [['a\u001b[31mb\nc']])).toBe('ab c');
});
