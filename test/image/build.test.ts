import { describe, expect, it } from 'vitest';

import { checkBuild } from '../../src/image/check-build.ts';

import { setTimeout as sleep } from 'node:timers/promises';
import { FileCache } from '../../src/adapters/host/file-cache.ts';
import { makeFolder } from '../run-devenv.ts';
import { FakeHostFiles } from '../fakes/fake-host-files.ts';
import { build } from '../../src/image/build.ts';
import { openProject, twoSteps, usual, yamlOf } from './open-build.ts';

describe('build', () => {
  it('makes the first version from the base without a question, and records it with its pins', async () => {
    const { build, ran, lock, context, engine } = openProject(twoSteps);
    const { version } = await build();
    expect(ran).toEqual(['install git', 'make-a']);
    expect(version).toMatchObject({ number: 1, kind: 'build', message: 'install git; run a' });
    expect(lock()).toMatchObject({ current: 1, resolved: { apt: { git: '2.39' } } });
    expect(lock().versions[0]?.items.set).toMatchObject({ 'apt:git': '*', 'run:a': 'make-a' });
    expect(context.fake.prompt.asked).toEqual([]);
    expect(engine.runtime.containers).toEqual([]);
  });

  it('refuses packages of apt on a base without apt before any step, and says what works there', async () => {
    const { build, ran, manager, lock, engine } = openProject(twoSteps);
    manager.name = 'apk\n';
    const error: unknown = await build().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      ...{ code: 'CONFIG_INVALID', exitCode: 3 },
      message: 'The base has no apt, which "install git" needs. It has apk.',
      suggestions: [expect.stringContaining('`run`, `files` and `downloads` work')],
    });
    expect(ran).toEqual([]);
    expect(engine.runtime.containers).toEqual([]);
    expect(lock).toThrow();
  });

  it('asks a base for apt only if a step needs it', async () => {
    const { build, ran, manager } = openProject(yamlOf('run: [{name: a, run: make-a}]'));
    manager.name = 'apk\n';
    await build();
    expect(ran).toEqual(['make-a']);
  });

  it('gives a version its own config, also if it adds nothing to the base', async () => {
    const { build, engine } = openProject(yamlOf());
    const { version } = await build();
    expect(version).toMatchObject({ number: 1, layers: 2 });
    const made = engine.images.require(`devenv/shop:1-${version?.content.slice(7, 19) ?? ''}`);
    expect(made.config).toMatchObject({ user: 'root', workingDir: '/workspace', cmd: ['/bin/sh'] });
  });

  it('runs a step once if two builds want it at the same time, and says for whom one waits', async () => {
    using folder = makeFolder();
    const { context, ran, engine } = openProject(yamlOf('run: [{name: a, run: make-a}]'));
    const said: string[] = [];
    const cache = new FileCache(folder.path, { progress: { note: (line) => said.push(line) } });
    // Another project on the same engine.
    const files = new FakeHostFiles({
      '/shop/devenv.yaml': yamlOf('run: [{name: a, run: make-a}]').replace('shop', 'other'),
    });
    const contexts = [Object.assign(context, { cache }), { ...context, files }];
    const commit = engine.builder.commit.bind(engine.builder);
    engine.builder.commit = async (...given) => {
      await sleep(300);
      return commit(...given);
    };
    await Promise.all(contexts.map((one) => build(one, usual)));
    expect(ran).toEqual(['make-a']);
    expect(said.join()).toMatch(
      /^Waiting for "devenv .*" \(process \d+ on .+, since .+\) to finish with the same build step\.$/,
    );
  });

  it('goes on without a cache folder', async () => {
    const { context, ran, build } = openProject(yamlOf('run: [{name: a, run: make-a}]'));
    Object.assign(context, { cache: new FileCache('/proc/none') });
    await build();
    expect(ran).toEqual(['make-a']);
  });

  it('has a code of its own for a wait that ends', async () => {
    const { build, engine } = openProject(yamlOf('packages: {apt: [git]}'));
    engine.runtime.programs['sh'] = ({ out }) => {
      out(
        'E: The package lists were not free for 15 minutes. They are updated by the container a1, since 10:00:00 UTC.\n',
      );
      return 75;
    };
    await expect(build()).rejects.toMatchObject({
      ...{ code: 'RESOURCE_BUSY', exitCode: 10 },
      message: expect.stringContaining('They are updated by the container a1, since 10:00:00 UTC.'),
    });
  });

  it('runs nothing if the current version is what devenv.yaml says', async () => {
    const { build, ran } = openProject(twoSteps);
    await build();
    ran.length = 0;
    expect(await build()).toEqual({ plan: { kind: 'none' } });
    expect(ran).toEqual([]);
  });

  it('runs only the new step, on top of the current version', async () => {
    const { build, ran, lock, declare } = openProject(twoSteps);
    await build();
    ran.length = 0;
    declare(twoSteps.replace('[git]', '[git, jq]'));
    expect((await build()).version).toMatchObject({ number: 2, parent: 1, message: 'install jq' });
    expect(ran).toEqual(['install jq']);
    expect(lock().resolved['apt']).toEqual({ git: '2.39', jq: '1.6' });
  });

  it('records nothing if the build is not confirmed', async () => {
    const { build, ran, lock, declare, context } = openProject(twoSteps);
    await build();
    ran.length = 0;
    declare(twoSteps.replace('[git]', '[git, jq]'));
    context.fake.prompt.agrees = false;
    await expect(build()).rejects.toMatchObject({ code: 'CHANGES_PENDING', exitCode: 6 });
    expect([ran, lock().current]).toEqual([[], 1]);
  });

  it('keeps the steps before a failed one, and no builder', async () => {
    const { build, ran, engine, context, declare } = openProject(twoSteps.replace('make-a', 'fail'));
    await expect(build()).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: '"run a" failed: its command ended with exit code 3.\n  no such thing',
    });
    expect(context.fake.files.files.has('/shop/devenv-lock.yaml')).toBe(false);
    expect([engine.runtime.containers, await engine.volumes.list(['dev.teamvm.role=builder'])]).toEqual([[], []]);
    ran.length = 0;
    declare(twoSteps);
    await build();
    expect(ran).toEqual(['make-a']);
  });

  it('installs the versions of the lock from the base, and names the nearest of one that is gone', async () => {
    const { build, ran, mirror } = openProject(twoSteps);
    await build();
    ran.length = 0;
    await build({ clean: true, noCache: true });
    expect(ran).toEqual(['install git=2.39', 'make-a']);
    mirror['git'] = '2.45';
    await expect(build({ clean: true, noCache: true })).rejects.toMatchObject({
      code: 'PIN_GONE',
      message: 'The mirror has no git 2.39 any more; the nearest is 2.45.',
    });
    expect((await build({ clean: true, update: true })).version).toMatchObject({ number: 3 });
  });

  it('says that no source was reached, and not that a version is gone; of a command, only that it failed', async () => {
    const { build, manager, declare } = openProject(twoSteps);
    await build();
    manager.offline = true;
    await expect(build({ clean: true, noCache: true })).rejects.toMatchObject({
      ...{ code: 'SOURCE_UNREACHABLE', exitCode: 5 },
      state: 'Nothing of this step was kept; the steps before it were.',
      message: expect.stringMatching(/^"install git" failed: apt-get ended with exit code 100\.\n.*Temporary failure/),
    });
    manager.offline = false;
    declare(twoSteps.replace('make-a', 'offline'));
    await expect(build()).rejects.toMatchObject({ code: 'STEP_FAILED', exitCode: 8 });
  });

  it('gets no image that a variable of the person names: nobody was asked', async () => {
    const yaml = yamlOf('compose: {file: compose.yaml, variables: [TOKEN]}');
    const compose = 'services: {a: {image: "evil.test/a:${TOKEN}"}, b: {image: "b:1"}}';
    const { context, build } = openProject(yaml, { 'compose.yaml': compose }, { TOKEN: 'secret' });
    const { images } = context.fake.engine;
    images.add('b:1');
    await build();
    await build({ update: true });
    expect(images.pulled.filter((name) => name.includes('secret'))).toEqual([]);
    expect(context.fake.files.files.get('/shop/devenv-lock.yaml')).not.toContain('secret');
  });

  it('ends with the status of wrong content if a package does not match its digest', async () => {
    const { build, engine } = openProject(twoSteps);
    engine.runtime.programs['sh'] = ({ out }) => {
      out('E: Failed to fetch http://mirror/pool/g/git_2.39_amd64.deb  Hash Sum mismatch\n');
      return 100;
    };
    await expect(build()).rejects.toMatchObject({ code: 'CONTENT_MISMATCH', exitCode: 11 });
  });

  it('refuses to lose a commit', async () => {
    const { build, context, declare } = openProject(twoSteps);
    await build();
    const path = '/shop/devenv-lock.yaml';
    const lock = context.fake.files.files.get(path) ?? '';
    context.fake.files.files.set(path, lock.replace('kind: build', 'kind: commit'));
    declare(twoSteps.replace('make-a', 'make-b'));
    await expect(build()).rejects.toMatchObject({ code: 'DRIFT_UNSAVED' });
    expect((await build({ discard: true })).plan).toMatchObject({ start: { kind: 'base' }, loses: [1] });
  });
});

describe('build --check', () => {
  it('finds a build from the base equal, and records nothing', async () => {
    const { build, context, lock, ran } = openProject(twoSteps);
    await build();
    ran.length = 0;
    const { identical, reproduced, failed, version } = await checkBuild(context, { update: false });
    expect({ identical, failed, version }).toEqual({ identical: true, failed: [], version: 1 });
    expect(reproduced).toEqual(['apt:git', 'base', 'run:a']);
    expect(ran).toEqual(['install git=2.39', 'make-a']);
    expect(lock().versions).toHaveLength(1);
  });

  it('names the item whose version differs', async () => {
    const { build, context, mirror } = openProject(twoSteps);
    await build();
    mirror['git'] = '2.45';
    expect(await checkBuild(context, { update: true })).toMatchObject({
      identical: false,
      failed: [{ item: 'apt:git', reason: '2.39 in the version, 2.45 in the build' }],
    });
  });

  it('refuses while devenv.yaml has pending changes', async () => {
    const { build, context, declare } = openProject(twoSteps);
    await build();
    declare(twoSteps.replace('[git]', '[jq]'));
    await expect(checkBuild(context, { update: false })).rejects.toMatchObject({ code: 'CHANGES_PENDING' });
  });
});
