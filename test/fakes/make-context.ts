import { noProxies } from '../../src/model/network/proxies.ts';
import type { Context } from '../../src/ports/context.ts';
import { FakeCapture } from './fake-capture.ts';
import { FakeChanges } from './fake-changes.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeFailpoints } from './fake-failpoints.ts';
import { FakeBuildContexts } from './fake-build-contexts.ts';
import { FakeHostFiles } from './fake-host-files.ts';
import { FakeProcesses } from './fake-processes.ts';
import { FakeProgress } from './fake-progress.ts';
import { FakePrompt } from './fake-prompt.ts';
import { FakeMounts } from './fake-mounts.ts';
import { FakeSnapshotData } from './fake-snapshot-data.ts';

export interface FakeContext extends Context {
  readonly fake: Fakes;
}

export interface Fakes {
  readonly engine: FakeEngine;
  readonly files: FakeHostFiles;
  readonly processes: FakeProcesses;
  readonly progress: FakeProgress;
  readonly prompt: FakePrompt;
  readonly failpoints: FakeFailpoints;
  readonly snapshotData: FakeSnapshotData;
  readonly mounts: FakeMounts;
}

/**
 * The context of a use case's unit test: a project in `/shop` with these files,
 * and an engine in memory. `fake` has the fakes behind the ports, to prepare
 * them and to look at what happened:
 *
 *     const context = makeContext({ 'devenv.yaml': 'version: 1\nname: shop\nbase: debian:12\n' });
 *     await addContainer(context.fake.engine, 'shop');
 *     await down(context, 'main');
 *     expect(context.fake.engine.runtime.calls).toEqual(['stop shop']);
 *
 * Another engine: `makeContext(files, { engine: new FakeEngine({ mountsBuildSecrets: true }) })`.
 * Ports that have no fake are given as `ports`; a use case that reaches for
 * one that is missing throws.
 */
export function makeContext(
  files: Readonly<Record<string, string>> = {},
  { engine = new FakeEngine(), ports = {} }: { readonly engine?: FakeEngine; readonly ports?: Partial<Context> } = {},
): FakeContext {
  const fake: Fakes = {
    engine,
    files: new FakeHostFiles(Object.fromEntries(Object.entries(files).map(([path, text]) => [`/shop/${path}`, text]))),
    processes: new FakeProcesses(),
    progress: new FakeProgress(),
    prompt: new FakePrompt(),
    failpoints: new FakeFailpoints(),
    snapshotData: new FakeSnapshotData(),
    mounts: new FakeMounts(),
  };
  void fake.files.makeFolder('/shop');
  const { registry } = engine.images;
  const known: Partial<Context> = {
    folder: '/shop',
    expectEngine: () => undefined,
    engine: () => Promise.resolve(engine),
    provideEngine: () => Promise.resolve(engine),
    capture: () => Promise.resolve(new FakeCapture(engine)),
    changes: () => Promise.resolve(new FakeChanges(engine.runtime)),
    registry: () =>
      Promise.resolve({
        findAuth: (reference) => Promise.resolve(reference.startsWith(`${registry.host}/`) ? registry.auth : undefined),
      }),
    network: () => Promise.resolve({ proxies: noProxies, logins: [] }),
    files: fake.files,
    largeFiles: () => Promise.resolve(fake.files.large),
    buildSecrets: (_, names) => Promise.resolve(Object.fromEntries(names.map((name) => [name, `value of ${name}`]))),
    buildContexts: () => Promise.resolve(new FakeBuildContexts(fake.files)),
    processes: fake.processes,
    programs: fake.processes,
    progress: fake.progress,
    prompt: fake.prompt,
    failpoints: fake.failpoints,
    snapshotData: () => Promise.resolve(fake.snapshotData),
    mounts: () => Promise.resolve(fake.mounts),
    cache: {
      find: () => Promise.resolve(undefined),
      put: () => Promise.reject(new Error('The test has no cache.')),
      alone: (_name, work) => work(),
      weigh: () => Promise.resolve({ count: 0, size: 0 }),
      removeOlder: () => Promise.resolve(),
    },
    commandFiles: { take: () => Promise.reject(new Error('The test has no files of commands.')) },
    features: () => Promise.reject(new Error('The test has no Features to fetch.')),
    downloads: () => Promise.reject(new Error('The test has no files to download.')),
    projectLock: () =>
      Promise.resolve({
        hold: async (_folder, _command, work) => {
          await fake.files.makeFolder('/home/ada/state');
          return work({ check: () => undefined });
        },
        isFree: () => Promise.resolve(true),
      }),
    clock: { now: () => engine.runtime.time },
    signal: new AbortController().signal,
    caFile: undefined,
    machine: {
      ...{ platform: 'linux', architecture: 'x64', uid: 1000, user: 'ada', hostname: 'laptop' },
      ...{ stateFolder: '/home/ada/state', configFolder: '/home/ada/config' },
    },
    variables: {},
    verbose: false,
    origin: () => Promise.resolve({}),
    author: () => Promise.resolve('Ada <ada@example.com>'),
    ...ports,
  };
  return new Proxy({ ...known, fake } as FakeContext, {
    get: (context, name, self): unknown => {
      if (typeof name === 'string' && name !== 'then' && !(name in context))
        throw new Error(`The test gave no port ${name}.`);
      return Reflect.get(context, name, self);
    },
  });
}
