import { expect, it } from 'vitest';
import { blame } from '../../src/versions/blame.ts';
import { openLayeredShop } from '../fakes/open-layered-shop.ts';

/** Nine versions; the fifth brought /opt/tool by hand, the third declares jq. */
async function open() {
  const shop = await openLayeredShop();
  for (let number = 1; number <= 9; number += 1)
    await shop.addVersion(number === 5 ? { '/opt/tool': 'tool' } : { [`/srv/${String(number)}`]: 'x' }, {
      ...(number === 3 && { items: { set: { 'apt:jq': '*' }, unset: [] } }),
    });
  const { programs } = shop.context.fake.engine.runtime;
  let looks = 0;
  programs['test'] = ({ container, args }) => {
    looks += 1;
    return shop.store.treeOf(container).has(args[1] ?? '') ? 0 : 1;
  };
  return { context: shop.context, looks: () => looks };
}

it('names the version that declared a tool, without an engine', async () => {
  const { context, looks } = await open();
  expect(await blame(context, 'jq')).toMatchObject({
    version: { number: 3 },
    how: { kind: 'declared', item: 'apt:jq' },
  });
  expect(looks()).toBe(0);
});

it('finds the version that brought a path by looking into few images', async () => {
  const { context, looks } = await open();
  const found = await blame(context, '/opt/tool');
  expect(found).toMatchObject({ version: { number: 5 }, how: { kind: 'found', what: '/opt/tool' }, first: false });
  expect(looks()).toBeLessThanOrEqual(5);
  expect(context.fake.engine.runtime.containers).toEqual([]);
});

it('says what is declared if no version has the tool', async () => {
  const { context } = await open();
  await expect(blame(context, '/opt/none')).rejects.toMatchObject({
    code: 'USAGE',
    suggestions: [expect.stringContaining('jq')],
  });
});

it('suggests the declared name nearest to a mistyped one', async () => {
  const { context } = await open();
  context.fake.engine.runtime.programs['sh'] = () => 127;
  await expect(blame(context, 'jqq')).rejects.toMatchObject({
    suggestions: ['Did you mean jq? It declares base, user, jq.'],
  });
});
