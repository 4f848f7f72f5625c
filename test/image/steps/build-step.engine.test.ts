import { createHash, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';
import { buildStep, type BuildPorts } from '../../../src/image/steps/build-step.ts';
import { builderPrefix, scratchOf } from '../../../src/observe/images/builder-spec.ts';
import { OutputTail } from '../../../src/observe/output-tail.ts';
import { pinStep } from '../../../src/image/steps/pin-step.ts';
import { removeDeadBuilders } from '../../../src/image/steps/remove-dead-builders.ts';
import { stepKey } from '../../../src/image/steps/step-key.ts';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import type { Environment } from '../../../src/model/environment.ts';
import type { ImageConfig } from '../../../src/model/image.ts';
import type { Step } from '../../../src/model/plan.ts';
import type { Ask } from '../../../src/observe/images/ask-image.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { Probe } from '../../../src/providers/provider.ts';
import { apt } from '../../../src/providers/apt.ts';
import { npm } from '../../../src/providers/npm.ts';
import { hashedPaths, providers } from '../../../src/providers/registry.ts';
import { NpmPackages } from '../../../src/adapters/npm/npm-packages.ts';
import { makeEnvironment } from '../../providers/make-environment.ts';
import { describeOnEngines, labBase as base } from '../../lab/lab-engines.ts';

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const caFile = process.env['NODE_EXTRA_CA_CERTS'];

describeOnEngines('buildStep', (connect) => {
  const owner = randomBytes(8).toString('hex');
  const made = new Set<string>();
  const lines: string[] = [];
  const packages = new NpmPackages({
    registry: 'https://registry.npmjs.org',
    cache: new FileCache(join(tmpdir(), 'devenv-test-cache')),
    clock: { now: () => Date.now() },
  });
  let engine: Engine;
  let folder: string;
  let world: BuildPorts;
  let config: ImageConfig;

  beforeAll(async () => {
    engine = await connect();
    folder = await mkdtemp(join(tmpdir(), 'devenv-build-step-'));
    await writeFile(join(folder, 'psqlrc'), '\\timing on\n');
    await writeFile(
      join(folder, 'install.sh'),
      '#!/bin/sh\nset -eu\ncp /workspace/psqlrc /opt/from-run\nid -un >/opt/who\necho junk >/tmp/junk\n',
    );
    await chmod(join(folder, 'install.sh'), 0o755);
    const image = await engine.images.inspect(base);
    if (image === undefined) throw new Error(`the lab has no image ${base}`);
    // A base without a PATH gets one from some engines and none from others: it has to be named.
    config = { ...image.config, env: [path], cmd: ['/bin/sh'], workingDir: '/workspace' };
    world = {
      engine,
      packages: () => Promise.resolve(packages),
      downloads: () => Promise.reject(new Error('nothing is downloaded')),
      features: () => Promise.reject(new Error('no Feature is fetched')),
      buildContexts: () => Promise.reject(new Error('no folder is read')),
      files: new NodeHostFiles(),
      progress: {
        task: () => ({
          update: (line) => void lines.push(line),
          transfer: () => undefined,
          done: () => undefined,
          fail: () => undefined,
        }),
        tasks: () => [],
        note: () => undefined,
      },
      cache: { alone: (_name, work) => work() },
      folder,
      hashes: {},
      owner,
      caFile,
      settings: () => Promise.resolve({ env: {}, secrets: [] }),
    };
  });

  afterAll(async () => {
    for (const reference of [...made].reverse()) await engine.images.remove(reference);
    await rm(folder, { recursive: true, force: true });
    engine.close();
  });

  const step = (id: string, ...argvs: readonly (readonly string[])[]): Step => ({
    id,
    title: id,
    cause: 'test',
    actions: argvs.map((argv) => ({ kind: 'exec', argv })),
  });

  /** Builds one step under a key of its own. */
  async function build(parent: string, one: Step, parts: Partial<BuildPorts> = {}): Promise<string> {
    const key = stepKey(`${parent} ${owner}`, one, parts.hashes ?? {});
    const { reference } = await buildStep({ ...world, ...parts }, { parent, step: one, key, config });
    made.add(reference);
    return reference;
  }

  /** What programs say in a fresh container of an image: nothing is mounted there. */
  async function ask(image: string, ...argv: readonly string[]): Promise<readonly string[]> {
    const id = await engine.runtime.create({
      name: `devenv-test-${randomBytes(6).toString('hex')}`,
      image,
      command: ['/bin/sleep', '600'],
      env: [],
      labels: {},
      user: '0',
      workingDir: '/',
      mounts: [],
    });
    try {
      await engine.runtime.start(id);
      const output = new OutputTail(10_000);
      await engine.runtime.exec(id, { argv, ...output.streams() });
      return output.lines();
    } finally {
      await engine.runtime.remove(id);
    }
  }

  /** Containers, and volumes of theirs that have names. */
  const builders = async (): Promise<number> =>
    [
      ...(await engine.runtime.list(['dev.teamvm.role=builder'])),
      ...(await engine.volumes.list(['dev.teamvm.role=builder'])),
    ].filter(({ name }) => name.startsWith(builderPrefix(owner))).length;

  it('makes a whole environment, step upon step', { timeout: 600_000 }, async () => {
    const environment: Environment = makeEnvironment({
      tools: { node: '24' },
      packages: { apt: ['jq', 'tree'], npm: ['pnpm@10'] },
      files: [{ from: 'psqlrc', to: '/etc/deep/psqlrc', mode: '0640' }],
      run: [{ name: 'install', run: './install.sh', inputs: [] }],
      user: 'dev',
    });
    const hashes = await hashAll(folder, hashedPaths(environment));
    const { architecture } = await engine.describe();
    let image = base;
    for (const provider of providers) {
      const planned = provider.plan(provider.items(environment, hashes), {}, environment, {});
      if ('kind' in planned) throw new Error(planned.cause);
      for (const one of planned) {
        const pinned = await pinStep(one, world, architecture);
        const started = Date.now();
        image = await build(image, pinned.step, { hashes });
        process.stderr.write(`${one.title}: ${String(Date.now() - started)} ms\n`);
        if (provider.name === 'node') {
          expect(pinned.resolved).toMatchObject({
            node: expect.stringMatching(/^24\./),
            npm: expect.stringMatching(/^11\./),
          });
        }
      }
    }

    expect(await ask(image, 'jq', '-n', '1')).toEqual(['1']);
    expect((await ask(image, 'node', '--version'))[0]).toMatch(/^v24\./);
    expect((await ask(image, 'pnpm', '--version'))[0]).toMatch(/^10\./);
    expect(await ask(image, 'stat', '-c', '%a %U', '/etc/deep/psqlrc')).toEqual(['640 root']);
    expect(await ask(image, 'cat', '/opt/from-run', '/opt/who')).toEqual(['\\timing on', 'root']);
    expect(await ask(image, 'su', 'dev', '-c', 'sudo id -un; pwd; echo $HOME; id -u')).toEqual([
      'root',
      '/',
      '/home/dev',
      '1000',
    ]);
    // No cache, list, tarball, certificate or temporary file is in any layer.
    expect(await ask(image, ...leftovers)).toEqual(await ask(base, ...leftovers));
    const probe = async ({ argv, parse }: Probe): Promise<unknown> => parse((await ask(image, ...argv)).join('\n'));
    expect(await probe(apt.probe)).toMatchObject({ jq: expect.any(String), tree: expect.any(String) });
    expect(await probe(npm.probe)).toMatchObject({ pnpm: expect.stringMatching(/^10\./) });
    const { config: result, volumes } = (await engine.images.inspect(image)) ?? {};
    expect(volumes, 'its containers get no volume that nobody asked for').toEqual([]);
    // Podman's own marks, in every image that it captures.
    expect(result?.env.filter((entry) => !/^(TERM|container)=/.test(entry))).toEqual(config.env);
    expect(Object.keys(result?.labels ?? {}).sort()).toEqual(
      [...Object.keys(config.labels), 'dev.teamvm.role', 'dev.teamvm.step'].sort(),
    );
    expect(await builders()).toBe(0);
  });

  it('does not run again what this engine has', async () => {
    const one = step('touch', ['touch', '/made']);
    const image = await build(base, one);
    const { diffIds } = (await engine.images.inspect(image)) ?? {};
    const again = await buildStep(world, { parent: base, step: one, key: image.replace('devenv-step:', ''), config });
    expect(again).toEqual({ reference: image, reused: true });
    expect((await engine.images.inspect(again.reference))?.diffIds).toEqual(diffIds);
  });

  it('asks the builder with the config of the new image and without the project', async () => {
    const one = step('made', ['touch', '/made-before']);
    const answers: string[] = [];
    const found = { inventory: { apt: { jq: '1.7' } }, origins: {} };
    const build = {
      ...{ parent: base, step: one, key: stepKey(`${base} ${owner} asked`, one, {}) },
      config: { ...config, env: [...config.env, 'ADDED=yes'] },
      readPackages: async (look: Ask) => {
        const { stdout } = await look({ argv: ['sh', '-c', 'ls /made-before; echo $ADDED; pwd'] });
        answers.push(stdout.toString());
        return found;
      },
    };
    const { reference, packages } = await buildStep(world, build);
    made.add(reference);
    expect([packages, answers]).toEqual([found, ['/made-before\nyes\n/\n']]);
    expect(await buildStep(world, build)).toEqual({ reference, reused: true });
    expect(answers).toHaveLength(1);
    const silent = { ...build, fresh: true, readPackages: () => Promise.reject(new Error('no answer')) };
    expect(await buildStep(world, silent)).toEqual({ reference, reused: false });
  });

  it('empties labels of its parent that are not its own, and runs again when asked to', async () => {
    const parent = await build(base, step('parent', ['touch', '/parent']));
    await engine.images.label(parent, `${parent}-labelled`, { 'dev.teamvm.record': '{}', team: 'shop' });
    made.add(`${parent}-labelled`);
    config = { ...config, labels: { team: 'shop' } };
    const one = step('child', ['sh', '-c', 'head -c 9 /dev/urandom >/child']);
    const child = await build(`${parent}-labelled`, one);
    const before = await engine.images.inspect(child);
    expect(before?.config.labels).toMatchObject({ 'dev.teamvm.record': '', 'dev.teamvm.role': 'image', team: 'shop' });
    const key = child.replace('devenv-step:', '');
    const again = await buildStep(world, { parent: `${parent}-labelled`, step: one, key, config, fresh: true });
    expect(again.reused).toBe(false);
    expect((await engine.images.inspect(child))?.diffIds).not.toEqual(before?.diffIds);
  });

  it('leaves nothing of a step that fails, and says what it said last', async () => {
    const failing = step('fails', [
      'sh',
      '-c',
      'touch /half; i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo line $i; done; echo bad >&2; exit 7',
    ]);
    const error: unknown = await build(base, failing).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DevenvError);
    const { code, data, message } = error as DevenvError;
    expect(code).toBe('STEP_FAILED');
    expect(data?.['exitCode']).toBe(7);
    expect(data?.['output']).toHaveLength(40);
    expect(message).toContain('line 60');
    expect(await engine.images.inspect(`devenv-step:${stepKey(`${base} ${owner}`, failing, {})}`)).toBeUndefined();
    expect(await builders()).toBe(0);
  });

  it('stops at once when it is cancelled', async () => {
    const controller = new AbortController();
    const waiting = build(base, step('waits', ['sh', '-c', 'echo ready; sleep 300']), {
      signal: controller.signal,
      progress: {
        task: () => ({
          update: () => void setImmediate(() => controller.abort()),
          transfer: () => undefined,
          done: () => undefined,
          fail: () => undefined,
        }),
        tasks: () => [],
        note: () => undefined,
      },
    });
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await builders()).toBe(0);
  });

  it('cannot write to the project, and names what is not there', async () => {
    await expect(build(base, step('writes', ['touch', '/workspace/x']))).rejects.toMatchObject({ code: 'STEP_FAILED' });
    await expect(build(base, step('missing', ['no-such-program']))).rejects.toMatchObject({ code: 'STEP_FAILED' });
  });

  it('removes builders of a killed build, and no others', async () => {
    const spec = { image: base, command: ['/bin/true'], env: [], user: '0', workingDir: '/', mounts: [] };
    const labels = { 'dev.teamvm.role': 'builder' };
    const dead = `${builderPrefix(owner)}dead`;
    await engine.volumes.create(scratchOf(dead), labels);
    await engine.runtime.create({ ...spec, labels, name: dead });
    const other = await engine.runtime.create({ ...spec, labels, name: `${builderPrefix('another')}${owner}` });
    try {
      expect(await removeDeadBuilders(engine, owner)).toBe(1);
      expect(await builders()).toBe(0);
      expect(await engine.runtime.inspect(other)).toBeDefined();
    } finally {
      await engine.runtime.remove(other);
    }
  });
});

const shared = ['/tmp', '/var/cache/apt', '/var/lib/apt/lists', '/var/cache/devenv', '/workspace', '/root'];
const leftovers = ['sh', '-c', 'find "$@" -not -type d 2>/dev/null; true', 'find', ...shared];

async function hashAll(folder: string, paths: readonly string[]): Promise<Record<string, string>> {
  const entries = paths.map(
    async (path) =>
      [
        path,
        createHash('sha256')
          .update(await readFile(join(folder, path)))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
