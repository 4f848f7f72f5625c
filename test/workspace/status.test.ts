import { describe, expect, it } from 'vitest';
import { printLock } from '../../src/lock/print-lock.ts';
import type { Lock } from '../../src/model/version.ts';
import { labels } from '../../src/observe/labels.ts';
import { writeRecord } from '../../src/containers/workspace-record.ts';
import { status } from '../../src/workspace/status.ts';
import { makeContext } from '../fakes/make-context.ts';
import { digestOf } from '../fakes/fake-images.ts';
import { addContainer } from '../fakes/add-container.ts';

const yaml = 'version: 1\nname: shop\nbase: debian:bookworm-slim\npackages: {apt: [git]}\n';
const content = digestOf('content');
const lock: Lock = {
  ...{ name: 'shop', current: 1, shape: digestOf('shape'), resolved: {} },
  versions: [
    {
      ...{ number: 1, kind: 'build', content, author: 'Ada', date: '2026-01-02T03:04:05Z', message: 'first' },
      ...{ size: 1, layers: 1, items: { set: { base: 'debian:bookworm-slim' }, unset: [] } },
    },
  ],
};
const files = { 'devenv.yaml': yaml, 'devenv-lock.yaml': printLock(lock) };
const made = { [labels.content]: content, [labels.version]: '1' };

describe('status', () => {
  it('tells what devenv.yaml asks for, and that there is no workspace', async () => {
    const found = await status(makeContext({ 'devenv.yaml': yaml }), 'main');
    expect(found).toMatchObject({ name: 'shop', folder: '/shop', plan: { kind: 'build' }, services: [], ports: [] });
    expect(found).not.toHaveProperty('workspace');
    expect(found).not.toHaveProperty('current');
  });

  it('tells that a workspace stands at the current version and holds nothing else', async () => {
    const context = makeContext(files);
    await addContainer(context.fake.engine, 'shop', { labels: made });
    const found = await status(context, 'main');
    expect(found.current?.number).toBe(1);
    expect(found.workspace).toEqual({
      container: 'shop',
      state: 'running',
      upToDate: true,
      unsaved: 0,
      drift: [],
      dueHooks: [],
    });
  });

  it('counts what a stopped workspace changed, and looks for no more in it', async () => {
    const context = makeContext(files);
    const { runtime } = context.fake.engine;
    const id = await addContainer(context.fake.engine, 'shop', {
      labels: { ...made, [labels.content]: digestOf('old') },
    });
    await runtime.exec(id, { argv: ['touch', '/usr/local/bin/jq', '/tmp/scratch'] });
    await runtime.stop(id);
    const { workspace } = await status(context, 'main');
    expect(workspace).toMatchObject({ state: 'exited', upToDate: false });
    expect(workspace?.unsaved).toBeGreaterThan(0);
    expect(runtime.calls).toEqual(['stop shop']);
  });

  it.each([
    ['of a workspace that nobody settled', undefined, ['create', 'start']],
    ['that failed', { created: false, started: false }, ['create', 'start']],
    ['after create succeeded', { created: true, started: false }, ['update', 'start']],
  ])('lists the hooks that are due: %s', async (_, hooks, due) => {
    const context = makeContext({
      ...files,
      'devenv.yaml': `${yaml}hooks: {create: make, update: make deps, start: make db, attach: date}\n`,
    });
    await context.fake.files.makeFolder('/home/ada/state');
    const container = await addContainer(context.fake.engine, 'shop', { labels: made });
    if (hooks !== undefined)
      await writeRecord(context, '/shop', 'main', { container, owners: { kind: 'same' }, hooks });
    expect((await status(context, 'main')).workspace?.dueHooks).toEqual(due);
  });
});
