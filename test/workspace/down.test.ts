import { describe, expect, it } from 'vitest';
import { down } from '../../src/workspace/down.ts';
import { makeContext } from '../fakes/make-context.ts';
import { addContainer } from '../fakes/add-container.ts';

const project = { 'devenv.yaml': 'version: 1\nname: shop\nbase: debian:bookworm-slim\n' };

describe('down', () => {
  it('stops the workspace, then the services, those first that others do not need', async () => {
    const context = makeContext(project);
    const { engine } = context.fake;
    await addContainer(engine, 'shop-db', { service: 'db' });
    await addContainer(engine, 'shop-web', { service: 'web', needs: ['db'] });
    await addContainer(engine, 'shop');
    expect(await down(context, 'main')).toBe(true);
    expect(engine.runtime.calls).toEqual(['stop shop', 'stop shop-web', 'stop shop-db']);
    expect(await down(context, 'main')).toBe(false);
  });

  it('resumes what is paused before it stops it', async () => {
    const context = makeContext(project);
    const { runtime } = context.fake.engine;
    await runtime.pause(await addContainer(context.fake.engine, 'shop'));
    expect(await down(context, 'main')).toBe(true);
    expect(runtime.calls).toEqual(['pause shop', 'unpause shop', 'stop shop']);
  });

  it('stops services that outlived their workspace', async () => {
    const context = makeContext(project);
    await addContainer(context.fake.engine, 'shop-db', { service: 'db' });
    expect(await down(context, 'main')).toBe(true);
  });

  it('leaves other workspaces and other projects alone', async () => {
    const context = makeContext(project);
    await addContainer(context.fake.engine, 'shop');
    await addContainer(context.fake.engine, 'shop-review', { workspace: 'review' });
    await addContainer(context.fake.engine, 'other', { folder: '/other' });
    await down(context, 'main');
    expect(context.fake.engine.runtime.calls).toEqual(['stop shop']);
  });

  it('ignores a container that copied the labels of a workspace', async () => {
    const context = makeContext(project);
    await addContainer(context.fake.engine, 'copied', { labels: { 'dev.teamvm.made': 'shop x' } });
    await expect(down(context, 'main')).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
    expect(context.fake.engine.runtime.calls).toEqual([]);
  });

  it('names the workspace that somebody may have meant', async () => {
    const context = makeContext(project);
    await addContainer(context.fake.engine, 'shop-review', { workspace: 'review' });
    await expect(down(context, 'reveiw')).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
      suggestions: ['Did you mean the workspace review? Create a new one with `devenv up`.'],
    });
  });

  it('says that there is no workspace, or no project', async () => {
    await expect(down(makeContext(project), 'main')).rejects.toMatchObject({ code: 'WORKSPACE_NOT_FOUND' });
    await expect(down(makeContext({}), 'main')).rejects.toMatchObject({ code: 'CONFIG_NOT_FOUND' });
  });
});
