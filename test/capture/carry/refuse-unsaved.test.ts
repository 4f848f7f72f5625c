import { describe, expect, it } from 'vitest';
import { refuseUnsaved } from '../../../src/capture/carry/refuse-unsaved.ts';
import { readProject } from '../../../src/observe/project.ts';
import { openLayeredShop } from '../../fakes/open-layered-shop.ts';

async function open(files: Readonly<Record<string, string>>) {
  const shop = await openLayeredShop('commit: {exclude: [/opt/scratch/**]}\n');
  const container = await shop.start(await shop.addVersion({ '/etc/issue': 'Debian' }));
  for (const [path, text] of Object.entries(files)) shop.store.write(container, path, text);
  const { context } = shop;
  const refuse = async (kind: 'remove' | 'recreate', options = {}) =>
    refuseUnsaved(
      ...([context, context.fake.engine, await readProject(context)] as const),
      [{ kind: 'recreate', container, cause: 'a test', ...(kind === 'remove' && { kind }) }],
      { discard: false, ...options },
    );
  return { ...shop, container, refuse };
}

describe('refuseUnsaved', () => {
  it.each(['remove', 'recreate'] as const)('refuses to %s a container with uncommitted changes', async (kind) => {
    const shop = await open({ '/opt/tool': 'tool' });
    await expect(shop.refuse(kind)).rejects.toMatchObject({ code: 'DRIFT_UNSAVED', data: { paths: ['/opt/tool'] } });
  });

  it('refuses to lose keys and excluded files, which no version has', async () => {
    const shop = await open({ '/root/.netrc': 'key', '/opt/scratch/a': 'a' });
    await expect(shop.refuse('remove')).rejects.toMatchObject({ data: { changes: 2 } });
  });

  it('lets a container go that has nothing but noise', async () => {
    const shop = await open({ '/tmp/scratch': 'x', '/var/log/a': 'x' });
    await expect(shop.refuse('remove')).resolves.toBeDefined();
  });

  it('lets a container go whose only change is a socket', async () => {
    const shop = await open({ '/srv/app.sock': '' });
    shop.store.sockets.add('/srv/app.sock');
    await expect(shop.refuse('remove')).resolves.toBeDefined();
  });

  it('refuses nothing if the changes may be discarded, or are carried over', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    await expect(shop.refuse('remove', { discard: true })).resolves.toBeDefined();
    await expect(shop.refuse('recreate', { carry: true })).resolves.toBeDefined();
  });

  it('guards the container until it goes: a later change is refused', async () => {
    const shop = await open({});
    const leave = await shop.refuse('recreate');
    shop.store.write(shop.container, '/opt/late', 'late');
    await expect(leave(shop.container)).rejects.toMatchObject({ code: 'DRIFT_UNSAVED' });
    expect((await shop.context.fake.engine.runtime.inspect(shop.container))?.state).toBe('running');
  });
});

describe('the advice of refuseUnsaved ends well', () => {
  const [commit, carry, discard] = [/`devenv commit`/, /`devenv up --carry`/, /--discard/];
  const hintOf = (error: unknown): string => (error as { suggestions?: string[] }).suggestions?.join(' ') ?? '';

  it.each([
    ['recreate', { '/opt/tool': 'tool' }, [commit, carry, discard], []],
    ['remove', { '/opt/tool': 'tool' }, [commit, discard], []],
    ['recreate', { '/root/.netrc': 'key' }, [carry, discard], [commit]],
    ['remove', { '/root/.netrc': 'key' }, [/copy/, discard], [commit, carry]],
  ] as const)('to %s %o at the current version', async (kind, files, named, unnamed) => {
    const shop = await open(files);
    const hint = hintOf(await shop.refuse(kind).catch((error: unknown) => error));
    for (const word of named) expect(hint).toMatch(word);
    for (const word of unnamed) expect(hint).not.toMatch(word);
  });

  it.each(['recreate', 'remove'] as const)('to %s a container of an earlier version', async (kind) => {
    const shop = await open({ '/opt/tool': 'tool' });
    await shop.addVersion({ '/opt/theirs': 'x' });
    const hint = hintOf(await shop.refuse(kind).catch((error: unknown) => error));
    // A commit would refuse it, and send the person back here.
    expect(hint).toMatch(carry);
    expect(hint.replace(/, then commit.*/, '')).not.toMatch(commit);
  });
});
