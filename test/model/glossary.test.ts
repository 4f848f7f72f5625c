import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const src = resolve(import.meta.dirname, '../../src');
const table = readFileSync(join(src, 'model/README.md'), 'utf8').split('\n').slice(6, -1);
const named = table.flatMap((row) => [...(row.split('|')[3] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name));

it('gives each of its types one meaning in the whole program', () => {
  const counts = new Map(named.map((name) => [name, 0]));
  for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('.ts'))) {
    const text = readFileSync(join(src, file), 'utf8');
    for (const [, name = ''] of text.matchAll(/^(?:export )?(?:interface|type|class) (\w+)\b/gm)) {
      if (counts.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
  expect(named.length).toBeGreaterThan(30);
});

it('has no second type under a word that had several meanings', () => {
  const text = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(src, file), 'utf8'))
    .join('\n');
  expect(text.match(/^(?:export )?(?:interface|type) (?:World|Begun|Beside|Carried|Settled)\b/gm) ?? []).toEqual([]);
});
