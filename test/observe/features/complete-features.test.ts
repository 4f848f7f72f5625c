import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listTrustNeeds } from '../../../src/environment/list-trust-needs.ts';
import type { Environment } from '../../../src/model/environment.ts';
import type { FeatureOptions } from '../../../src/model/features/feature.ts';
import type { Items } from '../../../src/model/item.ts';
import { writeTar } from '../../../src/model/tar/tar.ts';
import type { Digest, Lock } from '../../../src/model/version.ts';
import { completeFeatures, type FeatureReading } from '../../../src/observe/features/complete-features.ts';
import type { ContextEntry } from '../../../src/ports/build/build-contexts.ts';
import { feature } from '../../../src/providers/features/feature.ts';
import { makeEnvironment } from '../../providers/make-environment.ts';

const digest = (letter: string): Digest => `sha256:${letter.repeat(64)}`;
const digestOf = (source: string, letter: string): Digest =>
  `sha256:${createHash('sha256')
    .update(source + letter)
    .digest('hex')}`;
const at = (name: string): string => `reg.example.com/f/${name}`;

async function pack(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, text]) => {
    const content = Buffer.from(text);
    return { path, mode: 0o644, size: content.byteLength, content: [content] };
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface World {
  readonly fetched: string[];
  readonly notes: string[];
  readonly complete: (environment: Environment, reading?: FeatureReading, items?: Items) => Promise<Environment>;
}

/** A registry of Features by name: their metadata, under a digest of one letter. */
function openWorld(
  shelf: Readonly<Record<string, object>>,
  letter = 'a',
  folder: Readonly<Record<string, string>> = {},
): World {
  const [fetched, notes]: [string[], string[]] = [[], []];
  const fetch = async (source: string) => {
    fetched.push(source);
    const metadata = shelf[source];
    if (metadata === undefined) throw new Error(`there is no ${source}`);
    const text = JSON.stringify({ id: 'x', ...metadata });
    return {
      digest: digestOf(source, letter),
      bytes: await pack({ 'devcontainer-feature.json': text, 'install.sh': '' }),
    };
  };
  async function* read(): AsyncGenerator<ContextEntry> {
    for (const [path, text] of Object.entries(folder)) {
      const content = Buffer.from(text);
      yield await Promise.resolve({ path, mode: 0o600, size: content.byteLength, content: once(content) });
    }
  }
  const ports = {
    features: () => Promise.resolve({ fetch }),
    buildContexts: () => Promise.resolve({ read, hash: () => Promise.reject(new Error('nothing is hashed')) }),
    signal: new AbortController().signal,
    progress: { note: (line: string) => void notes.push(line), task: undefined as never, tasks: () => [] },
  };
  return {
    fetched,
    notes,
    complete: (environment, reading = 'all', items) =>
      completeFeatures(ports, '/p', environment, items && lockOf(items), reading),
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const lockOf = (set: Items): Lock => ({
  ...{ name: 'shop', current: 1, shape: digest('0'), resolved: {} },
  versions: [
    {
      ...{ number: 1, kind: 'build', content: digest('0'), author: 'Ada', date: '2026-01-01T00:00:00Z', message: 'm' },
      ...{ size: 1, layers: 1, items: { set, unset: [] } },
    },
  ],
});

const asking = (features: Readonly<Record<string, FeatureOptions>>, parts: Partial<Environment> = {}): Environment =>
  makeEnvironment({
    ...parts,
    features: { requests: Object.entries(features).map(([source, options]) => ({ source, options })), order: [] },
  });

const names = ({ features }: Environment): readonly string[] | undefined => features.installed?.map(({ name }) => name);

describe('the Features of an environment', () => {
  it('are fetched with what they depend on, each once', async () => {
    const world = openWorld({
      [at('a')]: { dependsOn: { [at('z')]: {} } },
      [at('b')]: { dependsOn: { [at('z')]: {} } },
      [at('z')]: { id: 'z' },
    });
    expect(names(await world.complete(asking({ [at('a')]: {}, [at('b')]: {} })))).toContain(at('a'));
    expect([...world.fetched].sort()).toEqual([at('a'), at('b'), at('z')]);
  });

  it('are all in what a version records: nothing is fetched again', async () => {
    const first = openWorld({ [at('a')]: { dependsOn: { [at('z')]: {} }, privileged: true }, [at('z')]: { id: 'z' } });
    const environment = asking({ [at('a')]: {} });
    const whole = await first.complete(environment);
    const recorded = feature.items(whole);
    const second = openWorld({});
    for (const reading of ['recorded', 'all'] as const)
      expect(await second.complete(environment, reading, recorded)).toEqual(whole);
    expect(second.fetched).toEqual([]);
  });

  it('are not known without a version that records them, unless they may be fetched', async () => {
    const world = openWorld({ [at('a')]: {} });
    const environment = asking({ [at('a')]: {} });
    expect(await world.complete(environment, 'recorded')).toEqual(environment);
    expect(world.fetched).toEqual([]);
  });

  it('get the newest content when it is asked for, and the recorded one else', async () => {
    const environment = asking({ [at('a')]: {} });
    const recorded = feature.items(await openWorld({ [at('a')]: {} }, 'a').complete(environment));
    const world = openWorld({ [at('a')]: {} }, 'b');
    expect((await world.complete(environment, 'all', recorded)).features.installed?.[0]?.digest).toBe(
      digestOf(at('a'), 'a'),
    );
    expect((await world.complete(environment, 'newest', recorded)).features.installed?.[0]?.digest).toBe(
      digestOf(at('a'), 'b'),
    );
  });

  it('fetch the one alone whose options changed to something that its record does not know', async () => {
    const shelf = { [at('a')]: { options: { size: { type: 'string' } } } };
    const recorded = feature.items(await openWorld(shelf).complete(asking({ [at('a')]: { size: '1' } })));
    const world = openWorld({});
    const changed = await world.complete(asking({ [at('a')]: { size: '2' } }), 'all', recorded);
    expect([changed.features.installed?.[0]?.options, world.fetched]).toEqual([{ size: '2' }, []]);
  });

  it.each([
    '',
    '{',
    'null',
    '{"digest":"sha256:1","options":{},"metadata":{"id":"x"}}',
    `{"digest":"${digest('a')}","options":{},"metadata":{"id":"x","mounts":[{"type":"bind","source":"..","target":"/a"}]}}`,
    `{"digest":"${digest('a')}","options":null,"metadata":{"id":"x"}}`,
    `{"digest":["${digest('a')}"],"options":{},"metadata":{"id":"x"}}`,
  ])('are fetched if the lock has something else than a whole record: %s', async (value) => {
    const world = openWorld({ [at('a')]: {} });
    await world.complete(asking({ [at('a')]: {} }), 'all', { [`feature:${at('a')}`]: value });
    expect(world.fetched).toEqual([at('a')]);
  });

  it('are read from a folder of the project at each command, whatever a version records', async () => {
    const files = { 'devcontainer-feature.json': '{"id": "local"}', 'install.sh': 'echo 1' };
    const environment = asking({ './local': {} });
    const first = await openWorld({}, 'a', files).complete(environment, 'recorded');
    const recorded = feature.items(first);
    const changed = await openWorld({}, 'a', { ...files, 'install.sh': 'echo 2' }).complete(
      environment,
      'recorded',
      recorded,
    );
    expect(feature.plan(feature.items(first), recorded, first)).toEqual([]);
    expect(feature.plan(feature.items(changed), recorded, changed)).toEqual({
      kind: 'rebuild',
      cause: 'the Feature ./local changed',
    });
  });

  it.each([
    [{ 'install.sh': '' }, 'no devcontainer-feature.json'],
    [{ 'devcontainer-feature.json': '{"id": "x"}' }, 'no install.sh'],
    [{ 'devcontainer-feature.json': 'x'.repeat(300_000), 'install.sh': '' }, 'larger than 256 kB'],
  ])('are refused without what a Feature has: %#', async (files, message) => {
    await expect(openWorld({}, 'a', files).complete(asking({ './local': {} }))).rejects.toMatchObject({
      code: 'FEATURE_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('are said to be deprecated when they are read', async () => {
    const world = openWorld({ [at('a')]: { deprecated: true } });
    await world.complete(asking({ [at('a')]: {} }));
    expect(world.notes).toEqual([expect.stringContaining(`${at('a')} is deprecated`)]);
  });
});

describe('what Features add to a workspace', () => {
  const shelf = {
    [at('a')]: {
      ...{ id: 'a', init: true, privileged: true, capAdd: ['NET_ADMIN'], securityOpt: ['seccomp=unconfined'] },
      mounts: [
        { type: 'volume', source: 'Data-${devcontainerId}', target: '/var/lib/a' },
        { type: 'bind', source: '/srv', target: '/mnt/srv' },
        { type: 'volume', source: 'mine', target: '/data' },
      ],
      ...{
        entrypoint: '/init a',
        onCreateCommand: 'a1',
        updateContentCommand: 'a2',
        postCreateCommand: { x: 'a3', y: ['a', '4'] },
      },
    },
    [at('b')]: {
      id: 'b',
      installsAfter: [at('a')],
      onCreateCommand: 'b1',
      postStartCommand: 'b2',
      entrypoint: '/init b',
    },
  };
  const own: Partial<Environment> = {
    volumes: [{ kind: 'volume', source: 'own', target: '/data', readOnly: false }],
    hooks: { create: [{ create: 'own' }] },
    securityOptions: ['no-new-privileges'],
  };
  const complete = (parts = own): Promise<Environment> =>
    openWorld(shelf).complete(asking({ [at('b')]: {}, [at('a')]: {} }, parts));

  it('is mounts, rights, first process and entrypoints, after what devenv.yaml says itself', async () => {
    const { volumes, init, limits, securityOptions, entrypoints } = await complete();
    expect(volumes).toEqual([
      { kind: 'volume', source: 'own', target: '/data', readOnly: false },
      { kind: 'volume', source: 'feature-data', target: '/var/lib/a', readOnly: false },
      { kind: 'host', source: '/srv', target: '/mnt/srv', readOnly: false },
    ]);
    expect([init, limits.privileged, limits.capabilities, securityOptions, entrypoints]).toEqual([
      ...[true, true, ['NET_ADMIN'], ['no-new-privileges', 'seccomp=unconfined']],
      ['/init a', '/init b'],
    ]);
  });

  it('is commands: those of each moment one after the other, then those of devenv.yaml', async () => {
    expect((await complete()).hooks).toEqual({
      create: [{ a: 'a1' }, { b: 'b1' }, { a: 'a2' }, { 'a x': 'a3', 'a y': ['a', '4'] }, { create: 'own' }],
      update: [{ a: 'a2' }],
      start: [{ b: 'b2' }],
    });
  });

  it('needs agreement in the name of the Feature that asks for it, also on the word of the lock', async () => {
    const nothing = { links: new Map(), variables: new Set<string>(), files: new Map() };
    const needs = listTrustNeeds(await complete(), nothing).map(({ where, content }) => `${where}: ${content}`);
    expect(needs).toEqual([
      `features.${at('a')}: /srv at /mnt/srv, to read and write`,
      `features.${at('a')}: the capability NET_ADMIN`,
      `features.${at('a')}: privileged: all capabilities and devices`,
      `features.${at('a')}: the security option seccomp=unconfined`,
      `features.${at('a')}: the command /init a, run as root at each start`,
      `features.${at('b')}: the command /init b, run as root at each start`,
    ]);
    const written = {
      ...own,
      volumes: [{ kind: 'host', source: '/etc', target: '/mnt/etc', readOnly: true } as const],
    };
    expect(listTrustNeeds(await complete(written), nothing)[0]).toMatchObject({ where: 'volumes' });
    const quiet = asking({ [at('c')]: {} });
    const tampered = {
      [`feature:${at('c')}`]: JSON.stringify({
        digest: digest('a'),
        options: {},
        metadata: { id: 'c', privileged: true },
      }),
    };
    const [need] = listTrustNeeds(await openWorld({}).complete(quiet, 'recorded', tampered), nothing);
    expect(need).toMatchObject({ kind: 'privilege', where: `features.${at('c')}` });
  });

  it.each(['/workspace', '/tmp', '/proc/x', '/run/secrets/x'])('is no mount at %s', async (target) => {
    const world = openWorld({ [at('a')]: { mounts: [{ source: 'a', target }] } });
    await expect(world.complete(asking({ [at('a')]: {} }))).rejects.toMatchObject({ code: 'FEATURE_INVALID' });
  });
});
