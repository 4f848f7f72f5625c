import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { provideBase, type ProvideBasePorts } from '../../../src/image/base/provide-base.ts';
import { noProxies } from '../../../src/model/network/proxies.ts';
import { connectEngine } from '../../../src/adapters/docker/connection/connect-engine.ts';
import { tarOf } from '../../../src/model/tar/tar.ts';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { NodeProcesses } from '../../../src/adapters/host/node-processes.ts';
import { observeThisMachine } from '../../../src/adapters/host/this-machine.ts';
import type { BootstrapBase, ImageBase } from '../../../src/model/image-inputs.ts';
import type { Cache } from '../../../src/ports/cache.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { RunOptions } from '../../../src/ports/processes.ts';
import { wide } from '../../lab/choose-machines.ts';
import { describeInLab } from '../../lab/describe-in-lab.ts';
import { bootstrapped, describeOnEngines } from '../../lab/lab-engines.ts';

/** This file removes its base from engines that others use meanwhile: no other test has it there. */
const bookworm: BootstrapBase = { kind: 'bootstrap', ...bootstrapped.base };
const notes: string[] = [];
const keep = { pins: {}, update: false };

/** Counts how often a base was really assembled. */
class CountedProcesses extends NodeProcesses {
  assembled = 0;

  override run(argv: readonly string[], options?: RunOptions): ReturnType<NodeProcesses['run']> {
    if (argv[0] === 'mmdebstrap' && argv.length > 2) this.assembled++;
    return super.run(argv, options);
  }
}

const processes = new CountedProcesses();
const found = inject('lab');
/** It goes with the lab: another test begins with what is here, if it comes later. */
const cacheFolder = found.kind === 'running' ? join(found.folder, bootstrapped.cache) : '';
if (cacheFolder !== '') rmSync(cacheFolder, { recursive: true, force: true });

const portsOf = (engine: Engine, cache: Cache = new FileCache(cacheFolder)): ProvideBasePorts => ({
  engine: () => Promise.resolve(engine),
  registry: () => Promise.resolve({ findAuth: () => Promise.resolve(undefined) }),
  network: () => Promise.resolve({ proxies: noProxies, logins: [] }),
  processes,
  cache,
  clock: { now: () => Date.now() },
  machine: observeThisMachine(),
  failpoints: { reach: () => Promise.resolve() },
  prompt: {
    interactive: false,
    confirm: () => Promise.resolve(false),
    choose: () => Promise.resolve([]),
    assign: () => Promise.resolve([]),
    pick: () => Promise.resolve(''),
    secret: () => Promise.reject(new Error('nobody is asked')),
  },
  progress: {
    task: () => ({
      update: () => undefined,
      transfer: () => undefined,
      done: () => undefined,
      fail: () => undefined,
    }),
    tasks: () => [],
    note: (line) => notes.push(line),
  },
  signal: new AbortController().signal,
});

const removeBase = async (engine: Engine): Promise<void> => {
  const cached = await new FileCache(cacheFolder).find(await nameOf(cacheFolder));
  if (cached !== undefined) await engine.images.remove(`devenv-base/bookworm:${cached.digest.slice(7, 19)}`);
};

const nameOf = async (folder: string): Promise<string> => {
  const names = await readdir(join(folder, 'bases')).catch(() => []);
  return `bases/${names.find((name) => name.endsWith('.tar')) ?? ''}`;
};

describeOnEngines('a bootstrap base', (connect) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await connect();
    await removeBase(engine);
  });
  afterAll(async () => {
    await removeBase(engine);
    engine.close();
  });

  it('is assembled once, and the same on every engine', async () => {
    const made = await provideBase(portsOf(engine), bookworm, keep);
    expect(processes.assembled).toBe(1);
    const cached = await new FileCache(cacheFolder).find(await nameOf(cacheFolder));
    expect(made.resolved).toEqual({ bookworm: cached?.digest });
    expect(made.reference).toBe(`devenv-base/bookworm:${cached?.digest.slice(7, 19)}`);
  });

  it('is not made again where the engine has it', async () => {
    const refuse: Cache = {
      find: () => Promise.reject(new Error('asked')),
      put: () => Promise.reject(new Error('put')),
      alone: () => Promise.reject(new Error('alone')),
    };
    const first = await provideBase(portsOf(engine), bookworm, keep);
    expect(await provideBase(portsOf(engine, refuse), bookworm, keep)).toEqual(first);
  });

  it('runs, and knows its shell', async () => {
    const { reference } = await provideBase(portsOf(engine), bookworm, keep);
    const image = await engine.images.inspect(reference);
    expect(image?.config.cmd).toEqual(['bash']);
    expect(image?.config.env.join()).toContain('/usr/local/sbin');
    expect(image?.architecture).toBe((await engine.describe()).architecture);
  });
});

describeInLab('what a bootstrap base holds', () => {
  let tar: string;
  beforeAll(async () => (tar = join(cacheFolder, await nameOf(cacheFolder))));
  const list = (): string[] => execFileSync('tar', ['tf', tar], { encoding: 'utf8', maxBuffer: 1e8 }).split('\n');
  const read = (path: string): string => execFileSync('tar', ['xOf', tar, path], { encoding: 'utf8' });

  it('no manuals, locales, package lists or names of this machine', () => {
    const files = list().filter((path) => !path.endsWith('/'));
    const unwanted =
      /^\.\/(usr\/share\/(man|locale|info|lintian)\/|var\/lib\/apt\/lists\/.*_|var\/cache\/apt\/.*bin|var\/log\/.*\.log|dev\/)|\.deb$|etc\/(resolv.conf|hostname)$/;
    expect(files.filter((path) => unwanted.test(path) && !path.endsWith('locale.alias'))).toEqual([]);
    expect(files.filter((path) => /^\.\/usr\/share\/doc\/[^/]+\/./.test(path) && !path.endsWith('/copyright'))).toEqual(
      [],
    );
  });

  it('what the next package needs', () => {
    expect(read('./etc/apt/sources.list')).toMatch(/^deb http\S+\/debian bookworm main$/m);
    expect(read('./etc/apt/sources.list')).toMatch(/^deb http\S+ bookworm-security main$/m);
    expect(read('./etc/dpkg/dpkg.cfg.d/docker-like')).toContain('path-exclude=/usr/share/man/*\n');
    expect(read('./usr/sbin/policy-rc.d')).toBe('#!/bin/sh\nexit 101\n');
    expect(list()).toContain('./dev/');
  });
});

describeInLab('a base from a registry', (lab) => {
  let engine: Engine;
  let ports: ProvideBasePorts;
  let name: string;
  const digests: string[] = [];

  beforeAll(async () => {
    const { host: server, username, password } = lab.registry;
    const auth = { server, username, password };
    engine = await connectEngine({ flag: lab.machines.b.address, env: {}, home: lab.machines.b.home });
    ports = { ...portsOf(engine), registry: () => Promise.resolve({ findAuth: () => Promise.resolve(auth) }) };
    name = `${server}/team/base:stable`;
    // Two contents under one tag, as when a tag moves.
    for (const workingDir of ['/one', '/two']) {
      const config = { env: [], labels: {}, user: '', workingDir, entrypoint: [], cmd: ['sh'] };
      await engine.images.import(tarOf('hello', name), name, config);
      digests.push(await engine.images.push(name, { auth }));
    }
    await engine.images.remove(name);
    for (const digest of digests) await engine.images.remove(`${name.replace(/:stable$/, '')}@${digest}`);
  });
  afterAll(async () => {
    await removeBase(engine);
    engine.close();
  });

  const at = (reference: string): Promise<string | undefined> =>
    engine.images.inspect(reference).then((image) => image?.config.workingDir);
  const image = (reference: string, more: object = {}): ImageBase => ({ kind: 'image', image: reference, ...more });

  it('is pulled by its tag, and its digest goes to the lock', async () => {
    const base = await provideBase(ports, image(name), keep);
    expect(base.resolved).toEqual({ [name]: digests[1] });
    expect(await at(base.reference)).toBe('/two');
  });

  it("is the lock's digest although the tag has moved", async () => {
    const base = await provideBase(ports, image(name), { pins: { [name]: digests[0] ?? '' }, update: false });
    expect(base.resolved).toEqual({ [name]: digests[0] });
    expect(await at(base.reference)).toBe('/one');
    const newer = await provideBase(ports, image(name), { pins: { [name]: digests[0] ?? '' }, update: true });
    expect(newer.resolved).toEqual({ [name]: digests[1] });
  });

  it('is an error where the registry does not have it', async () => {
    const absent = name.replace('stable', 'absent');
    await expect(provideBase(ports, image(absent), keep)).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
  });

  it.each([
    ['no registry knows', () => name.replace('stable', 'only-here')],
    ['no registry can be asked for', () => '127.0.0.1:9/team/only-here:1'],
    ['no registry can be asked for, though it was pushed under another name,', () => '127.0.0.1:9/team/only-here:2'],
  ])('is kept, and that is said, where a newer one is asked for and %s it', async (why, reference) => {
    const own = reference();
    const { reference: made } = await provideBase(ports, bookworm, keep);
    await engine.images.tag(made, own);
    const elsewhere = name.replace('base:stable', 'copied:1');
    if (why.includes('pushed')) {
      const { host: server, username, password } = lab.registry;
      await engine.images.tag(made, elsewhere);
      await engine.images.push(elsewhere, { auth: { server, username, password } });
    }
    try {
      expect(await provideBase(ports, image(own), { pins: {}, update: true })).toEqual({
        reference: own,
        resolved: {},
      });
      expect(notes.at(-1)).toContain(`${own} stays as it is on this engine`);
    } finally {
      await engine.images.remove(own);
      await engine.images.remove(elsewhere);
    }
  });

  it('gives way to its fallback, and says so', async () => {
    const away = '127.0.0.1:9/team/base:stable';
    const base = await provideBase(ports, image(away, { fallback: bookworm }), keep);
    expect(base.reference).toContain('devenv-base/bookworm:');
    expect(notes.at(-1)).toContain(`${away} cannot be pulled`);
  });

  it('does not give way to it for a login that is refused', async () => {
    const wrong = { findAuth: async () => ({ server: lab?.registry.host ?? '', username: 'x', password: 'y' }) };
    const denied = name.replace('stable', 'other');
    await expect(
      provideBase({ ...ports, registry: async () => wrong }, image(denied, { fallback: bookworm }), keep),
    ).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
  });

  // Assembles it once more: only in the wide run.
  if (wide)
    it('is made anew on request, and the same packages make the same bytes', async () => {
      const before = await provideBase(ports, bookworm, keep);
      const count = processes.assembled;
      expect(await provideBase(ports, bookworm, { pins: {}, update: true })).toEqual(before);
      expect(processes.assembled).toBe(count + 1);
    });
});
