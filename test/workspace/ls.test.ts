import { describe, expect, it } from 'vitest';
import { ls } from '../../src/workspace/ls.ts';
import { makeContext } from '../fakes/make-context.ts';
import { addContainer } from '../fakes/add-container.ts';

describe('ls', () => {
  it('lists every workspace of the engine by project, folder and name, with its services', async () => {
    const context = makeContext({});
    const { engine } = context.fake;
    await addContainer(engine, 'shop-review', { workspace: 'review' });
    const main = await addContainer(engine, 'shop');
    await addContainer(engine, 'shop-db', { service: 'db' });
    await addContainer(engine, 'elsewhere', { folder: '/a/shop' });
    await engine.runtime.stop('shop-review');
    const rows = await ls(context);
    expect(rows.map(({ folder, workspace, state }) => [folder, workspace, state])).toEqual([
      ['/a/shop', 'main', 'running'],
      ['/shop', 'main', 'running'],
      ['/shop', 'review', 'exited'],
    ]);
    expect(rows[1]).toEqual({
      ...{ project: 'shop', workspace: 'main', version: 1, state: 'running', changed: false, folder: '/shop' },
      ...{ disk: 0, memory: 1_000_000, container: 'shop', services: [{ name: 'db', state: 'running' }] },
    });
    expect(main).not.toBe('');
  });

  it('says which project folders are gone', async () => {
    const context = makeContext({});
    await addContainer(context.fake.engine, 'shop');
    await addContainer(context.fake.engine, 'elsewhere', { folder: '/a/shop' });
    expect((await ls(context)).map(({ folder, gone }) => [folder, gone])).toEqual([
      ['/a/shop', true],
      ['/shop', undefined],
    ]);
  });

  it('says which workspaces hold changes that no version has', async () => {
    const context = makeContext({});
    const { engine } = context.fake;
    await addContainer(engine, 'shop');
    const review = await addContainer(engine, 'shop-review', { workspace: 'review' });
    await engine.runtime.exec(review, { argv: ['touch', '/usr/local/bin/jq'] });
    expect((await ls(context)).map(({ workspace, changed }) => [workspace, changed])).toEqual([
      ['main', false],
      ['review', true],
    ]);
  });

  it('leaves out what a busy engine cannot tell', async () => {
    const context = makeContext({});
    const { engine } = context.fake;
    await addContainer(engine, 'shop');
    engine.runtime.readSizes = () => new Promise(() => undefined);
    const begun = Date.now();
    expect((await ls(context))[0]).not.toHaveProperty('disk');
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
