import { makeContext } from '../../fakes/make-context.ts';
import { describe, expect, it } from 'vitest';
import { commit, dryRunCommit, type CommitOptions } from '../../../src/capture/commit/commit.ts';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import { recoverCommit } from '../../../src/capture/commit/recover-commit.ts';
import { hashUpdate } from '../../../src/containers/hash-update.ts';
import { readRecord, writeRecord } from '../../../src/containers/workspace-record.ts';
import { readProject } from '../../../src/observe/project.ts';
import { labels } from '../../../src/observe/labels.ts';
import { localReference } from '../../../src/observe/version-image.ts';
import { openLayeredShop } from '../../fakes/open-layered-shop.ts';

const options: CommitOptions = {
  ...{ workspace: 'main', message: 'add a tool', amend: false, allow: [], allowUnfinished: false },
  ...{ writeBack: true, pin: 'none' },
};

/** A workspace at version 1, in which these files were written. */
async function open(files: Readonly<Record<string, string>>, yaml = '') {
  const shop = await openLayeredShop(yaml);
  const version = await shop.addVersion({ '/etc/issue': 'Debian' });
  const container = await shop.start(version);
  for (const [path, text] of Object.entries(files)) shop.store.write(container, path, text);
  const { engine } = shop.context.fake;
  const stateOf = async () => (await engine.runtime.inspect(container))?.state;
  const imageOf = (number: number) => {
    const found = shop.lock().versions.find((one) => one.number === number);
    return found && engine.images.require(localReference('shop', found));
  };
  return { ...shop, container, stateOf, imageOf, commit: (more = {}) => commit(shop.context, { ...options, ...more }) };
}

describe('commit', () => {
  it('records the changes of a workspace as the next version', async () => {
    const shop = await open({ '/opt/tool': 'tool', '/etc/issue': 'Shop' });
    const { version, changes } = await shop.commit();
    expect(changes).toBe(2);
    expect(shop.lock()).toMatchObject({ current: 2, versions: [{ number: 1 }, version] });
    expect(version).toMatchObject({ kind: 'commit', parent: 1, from: 1, message: 'add a tool', layers: 2 });
    expect(shop.imageOf(2)?.config.labels).toMatchObject({ [labels.origin]: shop.container, [labels.version]: '2' });
    expect(await shop.stateOf()).toBe('running');
    expect(shop.context.fake.engine.runtime.calls).toEqual(['pause shop', 'unpause shop']);
  });

  it('shows the changes by cause before it captures them', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    await shop.commit();
    const { said } = shop.context.fake.progress;
    expect(said.indexOf('  files under /opt: /opt/tool')).toBeLessThan(said.indexOf('Capturing the workspace'));
    expect(said).toContain('Changes since version 1, largest first:');
    // Nothing is silent for long: each part that can take time says what it does.
    expect(said.slice(0, said.indexOf('Changes since version 1, largest first:'))).toContain('Looking for changes');
    expect(said).toContain('Comparing packages with devenv.yaml');
  });

  it('says after Ctrl-C that the changes are still in the workspace', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    const abort = new AbortController();
    const { said } = shop.context.fake.progress;
    const changes = await shop.context.changes();
    const stopped = {
      ...shop.context,
      signal: abort.signal,
      changes: async () => {
        abort.abort();
        return { ...changes, list: () => Promise.reject(new Error('The connection was closed.')) } as typeof changes;
      },
    };
    await expect(commit(stopped, options)).rejects.toMatchObject({
      code: 'INTERRUPTED',
      state: 'Nothing was recorded. The changes are still in the workspace.',
    });
    expect([shop.lock().current, said.includes('Capturing the workspace')]).toEqual([1, false]);
  });

  it('shows what it would record, and records nothing', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    const before = shop.lock();
    const { drift, declaration } = await dryRunCommit(shop.context, {
      workspace: 'main',
      writeBack: true,
      pin: 'none',
    });
    expect([drift.groups.map(({ title }) => title), declaration.declared]).toEqual([['files under /opt'], []]);
    expect([shop.lock(), shop.context.fake.prompt.asked]).toEqual([before, []]);
    expect(shop.context.fake.engine.runtime.calls).toEqual([]);
  });

  it('makes no update hook due: the workspace has all of the new version', async () => {
    const shop = await open({ '/opt/tool': 'tool' }, 'hooks: {update: npm ci, watch: [package-lock.json]}\n');
    const { files } = shop.context.fake;
    await files.writeAtomic('/shop/package-lock.json', '{}');
    const update = async (): Promise<string> => hashUpdate(shop.context, await readProject(shop.context));
    const hooks = { created: true, updated: await update(), started: true };
    await writeRecord(shop.context, '/shop', 'main', { container: shop.container, owners: { kind: 'same' }, hooks });
    await shop.commit();
    const record = await readRecord(shop.context, '/shop', 'main', shop.container);
    expect(record?.hooks.updated).toBe(await update());
    await files.writeAtomic('/shop/package-lock.json', '{"more": 1}');
    shop.store.write(shop.container, '/opt/other', 'tool');
    await shop.commit();
    expect((await readRecord(shop.context, '/shop', 'main', shop.container))?.hooks).toEqual(record?.hooks);
  });

  it('makes no version if nothing changed but noise', async () => {
    const shop = await open({ '/tmp/scratch': 'x' });
    expect(await shop.commit()).toEqual({ changes: 0, paused: 0, leftOut: [], whole: false });
    expect(shop.lock().current).toBe(1);
    expect(shop.context.fake.engine.runtime.calls).toEqual([]);
  });

  it('makes nothing of a second commit without new changes', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    await shop.commit();
    expect(await shop.commit()).toMatchObject({ changes: 0 });
    shop.store.write(shop.container, '/opt/more', 'more');
    expect(await shop.commit()).toMatchObject({ changes: 1, version: { number: 3, from: 2 } });
  });

  it('leaves out what devenv.yaml excludes, and says so', async () => {
    const shop = await open({ '/opt/tool': 'tool', '/opt/scratch/a': 'a' }, 'commit: {exclude: [/opt/scratch/**]}\n');
    expect(await shop.commit()).toMatchObject({ changes: 1, leftOut: ['/opt/scratch/a'] });
    expect([...shop.store.filesOf(shop.imageOf(2)?.id ?? '').keys()]).toEqual(['/etc/issue', '/opt/tool']);
  });

  it('refuses a workspace that is not at the current version', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    await shop.addVersion({ '/opt/theirs': 'x' });
    // `up` alone would refuse, and send the person back here.
    await expect(shop.commit()).rejects.toMatchObject({
      ...{ code: 'STALE_PARENT', suggestions: [expect.stringContaining('`devenv up --carry`')] },
    });
    expect(shop.context.fake.engine.runtime.calls).toEqual([]);
  });

  it('refuses a secret before anything is captured', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA'.repeat(8)}\n-----END RSA PRIVATE KEY-----\n`;
    const shop = await open({ '/srv/app/server.key': key });
    await expect(shop.commit()).rejects.toMatchObject({ code: 'SECRET_FOUND' });
    expect(shop.lock().versions).toHaveLength(1);
    expect(await shop.stateOf()).toBe('running');
  });

  it('names secrets by path, line and rule, without their values', async () => {
    const token = `ghp_${'A1b2C3d4'.repeat(5).slice(0, 36)}`;
    const shop = await open({ '/home/dev/.config/app/settings': `one\n\ntoken: ${token}\n` });
    const refused: unknown = await shop.commit().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      ...{ code: 'SECRET_FOUND', exitCode: 7 },
      data: { findings: [{ path: '/home/dev/.config/app/settings', line: 3, rule: 'github-token' }] },
    });
    expect(JSON.stringify(refused) + String((refused as Error).message)).not.toContain(token);
    await expect(shop.commit({ message: `use ${token}` })).rejects.toThrow(/message +github-token/);
  });

  it('takes a secret with a reason, and again as long as its content is the same', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEowIBAAKCAQEA'.repeat(8)}\n`;
    const path = '/srv/app/server.key';
    const shop = await open({ [path]: key });
    await expect(shop.commit({ allow: [`${path}=`] })).rejects.toMatchObject({ code: 'USAGE', exitCode: 2 });
    await shop.commit({ allow: [`${path}=made for = tests`] });
    expect(shop.lock().versions[1]?.allowed).toEqual([
      { path, reason: 'made for = tests', content: expect.stringMatching(/^sha256:/) },
    ]);
    shop.store.write(shop.container, path, `${key}more`);
    await expect(shop.commit()).rejects.toThrow(`${path}:1`);
    shop.store.write(shop.container, path, key);
    shop.store.write(shop.container, '/opt/one', '1');
    expect(await shop.commit()).toMatchObject({ version: { number: 3 } });
  });

  it('declares a package that was installed by hand, and pins it in the lock', async () => {
    const status = (...names: string[]) =>
      ['dpkg', ...names]
        .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.6-2\n`)
        .join('\n');
    const shop = await openLayeredShop();
    const container = await shop.start(await shop.addVersion({ '/var/lib/dpkg/status': status() }));
    shop.store.write(container, '/var/lib/dpkg/status', status('jq'));
    shop.store.write(container, '/var/lib/dpkg/info/jq.list', '/usr/bin/jq\n');
    shop.context.fake.prompt.selects = (choices) => choices.map(({ value }) => value);
    const { declaration } = await commit(shop.context, options);
    expect(declaration).toMatchObject({ declared: ['jq 1.6-2'], suggested: [], opaque: [] });
    expect(shop.context.fake.files.files.get('/shop/devenv.yaml')).toContain('apt: [jq]');
    expect(shop.lock().resolved).toEqual({ apt: { jq: '1.6-2' } });
  });

  it.each(['commit:intent', 'commit:paused', 'commit:captured', 'record:before', 'lock:before'])(
    'leaves the lock and the workspace as they were when it stops at %s',
    async (point) => {
      const shop = await open({ '/opt/tool': 'tool' });
      const before = shop.lock();
      shop.context.fake.failpoints.stopAt = point;
      await expect(shop.commit()).rejects.toThrow(point);
      shop.context.fake.failpoints.stopAt = undefined;
      await recoverCommit(shop.context, '/shop');
      expect(shop.lock()).toEqual(before);
      expect(await shop.stateOf()).toBe('running');
      expect(await shop.commit()).toMatchObject({ version: { number: 2 } });
    },
  );

  it.each(['commit:captured', undefined])(
    'says that the engine keeps a spare image, and is not stopped by it; killed at %s',
    async (point) => {
      const shop = await open({ '/opt/tool': 'tool' });
      const { failpoints, engine, progress } = shop.context.fake;
      engine.images.keeps = /:capture-/;
      failpoints.stopAt = point;
      if (point !== undefined) await expect(shop.commit()).rejects.toThrow(point);
      failpoints.stopAt = undefined;
      await recoverCommit(shop.context, '/shop');
      expect(await shop.commit()).toMatchObject({ version: { number: 2 } });
      expect(progress.said.join()).toMatch(/An image that is no longer needed stays\. .*:capture-/);
    },
  );
});

describe('commit once the version is recorded', () => {
  it.each([
    [
      'the record of the workspace cannot be written',
      /\/workspace-/,
      'Version 2 is recorded. The next `devenv up` may',
    ],
    ['its intent cannot be dropped', /\/commit-/, 'The next command of devenv cleans up after this commit: '],
  ])('ends well, with a warning, if %s', async (_what, unwritable, warning) => {
    const shop = await open({ '/opt/tool': 'tool' }, 'hooks: {update: npm ci}\n');
    const { files, progress } = shop.context.fake;
    const hooks = { created: true, updated: await hashUpdate(shop.context, await readProject(shop.context)) };
    const owners = { kind: 'same' } as const;
    await writeRecord(shop.context, '/shop', 'main', {
      container: shop.container,
      owners,
      hooks: { ...hooks, started: true },
    });
    const write = files.writeAtomic.bind(files);
    files.writeAtomic = (path, text) =>
      unwritable.test(path) && shop.lock().current === 2
        ? Promise.reject(new DevenvError('FILE_UNWRITABLE', 'The disk is full.'))
        : write(path, text);
    expect(await shop.commit()).toMatchObject({ version: { number: 2 } });
    expect(progress.said.find((line) => line.endsWith('The disk is full.'))).toContain(warning);
    files.writeAtomic = write;
    await recoverCommit(shop.context, '/shop');
    expect([shop.lock().current, await shop.stateOf()]).toEqual([2, 'running']);
    expect(await shop.commit()).toMatchObject({ changes: 0 });
  });

  it('ends well if the engine is gone then', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    const { engine, progress } = shop.context.fake;
    const inspect = engine.runtime.inspect.bind(engine.runtime);
    engine.runtime.inspect = (id) =>
      shop.lock().current === 2
        ? Promise.reject(new DevenvError('ENGINE_UNREACHABLE', 'The engine does not answer.'))
        : inspect(id);
    expect(await shop.commit()).toMatchObject({ version: { number: 2 } });
    expect(progress.said.join()).toContain('Version 2 is recorded');
  });
});

describe('commit with an engine that is gone in the middle', () => {
  it('leaves its intent, by which the next command removes the captured image', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    const { failpoints, engine } = shop.context.fake;
    failpoints.stopAt = 'commit:captured';
    const remove = engine.images.remove.bind(engine.images);
    engine.images.remove = () => Promise.reject(new DevenvError('ENGINE_UNREACHABLE', 'The engine does not answer.'));
    await expect(shop.commit()).rejects.toThrow('commit:captured');
    failpoints.stopAt = undefined;
    engine.images.remove = remove;
    const spare = async (): Promise<number> =>
      (await engine.images.list([])).filter(({ tags }) => tags.some((tag) => tag.includes(':capture-'))).length;
    expect(await spare()).toBe(1);
    await recoverCommit(shop.context, '/shop');
    expect([await spare(), await shop.stateOf()]).toEqual([0, 'running']);
  });
});

describe('commit with an unfinished installation', () => {
  const status = (state: string): string =>
    `Package: dpkg\nStatus: install ok installed\nVersion: 1\n\nPackage: lsof\nStatus: install ${state}\nVersion: 4\n`;

  it.each([
    ['ok unpacked', 'lsof (unpacked)'],
    ['ok half-configured', 'lsof (half-configured)'],
    ['ok triggers-pending', 'lsof (triggers-pending)'],
    ['reinstreq installed', 'lsof (to be installed again)'],
  ])('refuses a package in state %s', async (state, named) => {
    const shop = await open({ '/var/lib/dpkg/status': status(state) });
    await expect(shop.commit()).rejects.toMatchObject({
      ...{ code: 'INSTALL_UNFINISHED', message: expect.stringContaining(named) },
      suggestions: [expect.stringContaining('dpkg --configure -a')],
    });
    expect(shop.lock().versions).toHaveLength(1);
    expect(await shop.commit({ allowUnfinished: true })).toMatchObject({ version: { number: 2 } });
  });

  it('refuses it in a stopped workspace, too', async () => {
    const shop = await open({ '/var/lib/dpkg/status': status('ok unpacked') });
    await shop.context.fake.engine.runtime.stop(shop.container);
    await expect(shop.commit()).rejects.toMatchObject({ code: 'INSTALL_UNFINISHED' });
  });

  it('refuses unmet dependencies that dpkg was forced to accept', async () => {
    const shop = await open({ '/var/lib/dpkg/status': status('ok installed') });
    shop.store.scripts.set('check 2>&1', ' lsof : Depends: libtirpc3 but it is not installed\n');
    await expect(shop.commit()).rejects.toMatchObject({ message: expect.stringContaining('lsof (needs libtirpc3)') });
  });

  it.each(['apt-get', 'dpkg', 'npm install left-pad', 'pip'])('refuses while %s runs', async (name) => {
    const shop = await open({ '/opt/tool': 'tool' });
    shop.store.scripts.set('/proc/[0-9]*', `1 sh\n42 ${name}\n`);
    await expect(shop.commit()).rejects.toMatchObject({
      ...{ code: 'INSTALL_UNFINISHED', message: expect.stringContaining(`${name} (process 42)`) },
      suggestions: [expect.stringContaining('kill 42')],
    });
  });

  it.each(['npm run dev', 'aptly', 'node'])('lets %s run', async (name) => {
    const shop = await open({ '/opt/tool': 'tool' });
    shop.store.scripts.set('/proc/[0-9]*', `1 sh\n42 ${name}\n`);
    expect(await shop.commit()).toMatchObject({ version: { number: 2 } });
  });
});

describe('commit --amend', () => {
  it('replaces the last commit with its changes and the new ones', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    await shop.commit();
    shop.store.write(shop.container, '/opt/more', 'more');
    const { version } = await shop.commit({ amend: true, message: undefined });
    expect(version).toMatchObject({ number: 2, parent: 1, message: 'add a tool' });
    expect(shop.lock()).toMatchObject({ current: 2, versions: [{ number: 1 }, version] });
    expect([...shop.store.filesOf(shop.imageOf(2)?.id ?? '').keys()]).toContain('/opt/more');
  });

  it('changes the message alone if nothing else changed', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    const { version } = await shop.commit();
    await shop.commit({ amend: true, message: 'add the tool' });
    expect(shop.lock().versions[1]).toEqual({ ...version, message: 'add the tool' });
  });

  it('refuses a version that is pushed, and one that is no commit', async () => {
    const shop = await open({ '/opt/tool': 'tool' });
    await expect(shop.commit({ amend: true })).rejects.toMatchObject({ code: 'USAGE' });
    const pushed = await shop.addVersion({ '/opt/x': 'x' }, { digest: `sha256:${'a'.repeat(64)}` });
    await shop.context.fake.engine.runtime.remove(shop.container);
    await shop.start(pushed);
    await expect(shop.commit({ amend: true })).rejects.toMatchObject({ code: 'VERSION_PUSHED' });
  });
});

describe('the message of a commit', () => {
  it.each([
    ['', true, 'The message is empty.'],
    [' \n', false, 'The message is empty.'],
    [undefined, false, 'A version needs a message.'],
  ])('is required: %j', async (message, interactive, text) => {
    const context = makeContext({ 'devenv.yaml': 'version: 1\nname: shop\nbase: debian:12\n' });
    context.fake.prompt.interactive = interactive;
    const options = { workspace: 'main', message, amend: false, allow: [], allowUnfinished: false };
    await expect(commit(context, { ...options, pin: 'none', writeBack: true })).rejects.toMatchObject({
      ...{ code: 'USAGE', message: text },
    });
  });
});
