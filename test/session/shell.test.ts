import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { pathFromText } from '../../src/model/byte-path.ts';
import { labels } from '../../src/observe/labels.ts';
import type { Git } from '../../src/ports/git.ts';
import { shell } from '../../src/session/shell.ts';
import type { FakeRun } from '../fakes/fake-programs.ts';
import { addContainer } from '../fakes/add-container.ts';
import { openShop, type Shop } from '../fakes/open-shop.ts';

const settings = { user: 'dev', env: {}, mounts: [], workingDir: '/workspace', ports: [], limits: {} };
const defaults = { user: 'dev', env: ['HOME=/home/dev', 'USER=dev'], workingDir: '/workspace', settings };
const unused = (): Promise<never> => Promise.reject(new Error('The test asks git for settings only.'));
const git: Git = {
  ...{ readSettings: async () => new Map(), readRepository: async () => new Map() },
  ...{ judgeFile: unused, askCredential: unused, readRemote: unused },
};

/** A shop whose login shell is this program. */
async function openShell(login: (run: FakeRun) => number, yaml = ''): Promise<Shop> {
  const shop = Object.assign(await openShop(yaml), { git });
  await addContainer(shop.fake.engine, 'shop', {
    labels: { [labels.exec]: JSON.stringify(defaults), [labels.content]: shop.version.content },
  });
  const { programs } = shop.fake.engine.runtime;
  programs['/bin/sh'] = (run) => (run.args[1]?.includes('/etc/passwd') === true ? login(run) : 1);
  programs['sh'] = programs['/bin/sh'];
  return shop;
}

const enter = (shop: Shop, tty = false): Promise<number> =>
  shell(shop, 'main', {
    ...{ root: false, env: [], onSignal: () => () => undefined },
    io: { tty, stdin: PassThrough.from([]), stdout: new PassThrough(), stderr: new PassThrough() },
  });

describe('shell', () => {
  it('names environment and version in the prompt, and exits as the shell does', async () => {
    let prompt = '';
    const shop = await openShell(({ env }) => {
      prompt = env['TEAMVM_PROMPT'] ?? '';
      return 3;
    });
    expect(await enter(shop)).toBe(3);
    expect(prompt).toBe('(shop v1) ');
  });

  it('says at a terminal that there are uncommitted changes, in one line', async () => {
    const shop = await openShell(({ container }) => {
      container.changes.push({ path: pathFromText('/opt/tool'), kind: 'added' });
      return 0;
    });
    expect(await enter(shop, true)).toBe(0);
    expect(shop.fake.progress.said).toEqual([
      'The workspace has 1 uncommitted change. List them with `devenv drift`, keep them with `devenv commit`.',
    ]);
    expect(await enter(shop)).toBe(0);
    expect(shop.fake.progress.said).toHaveLength(1);
  });

  it('says nothing if there are none', async () => {
    const shop = await openShell(() => 0);
    await enter(shop, true);
    expect(shop.fake.progress.said).toEqual([]);
  });

  it('opens although the attach hook failed, and exits with 8 then', async () => {
    const shop = await openShell(() => 0, 'hooks: {attach: exit 4}\n');
    expect(await enter(shop)).toBe(8);
    expect(shop.fake.progress.said.join('\n')).toContain('attach');
  });
});
