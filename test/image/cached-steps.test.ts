import { describe, expect, it } from 'vitest';
import type { Lock } from '../../src/model/version.ts';
import { labels } from '../../src/observe/labels.ts';
import { FakeEngine } from '../fakes/fake-engine.ts';
import { FakeRegistryServer, digestOf, manifestOf } from '../fakes/fake-images.ts';
import { openProject, yamlOf } from './open-build.ts';

const repository = 'registry.test:5000/shop/env';
const lockPath = '/shop/devenv-lock.yaml';
const yaml = (last: string): string =>
  yamlOf(`image: ${repository}`, 'packages: {apt: [git]}', `run: [{name: a, run: make-a}, {name: b, run: ${last}}]`);

/** A project whose first version was built on one engine with `--cache-to`, and the same files on an engine without images. */
async function openRunners() {
  const registry = new FakeRegistryServer();
  const first = openProject(yaml('make-b'), {}, {}, { engine: new FakeEngine({ registry }) });
  await first.build({ cacheTo: true });
  const text = first.context.fake.files.files.get(lockPath) ?? '';
  const open = (lock = text) => {
    const { installed } = first;
    const options = { engine: new FakeEngine({ registry }), installed };
    return openProject(yaml('make-c'), { 'devenv-lock.yaml': lock }, {}, options);
  };
  return { registry, first, text, open };
}

const digestsOf = ({ steps = {} }: Lock): string[] => Object.values(steps);

describe('build steps in the registry', () => {
  it('runs only the changed step on a fresh engine, and pulls the others with one pull', async () => {
    const { open } = await openRunners();
    const fresh = open();
    expect((await fresh.build({ cacheFrom: true })).plan).toMatchObject({ start: { kind: 'base' } });
    expect(fresh.ran).toEqual(['make-c']);
    expect(fresh.engine.images.pulled).toEqual([expect.stringMatching(`^${repository}@sha256:`)]);
    expect(fresh.lock()).toMatchObject({ current: 2, resolved: { apt: { git: '2.39' } } });
  });

  it('runs every step without --cache-from', async () => {
    const { open } = await openRunners();
    const fresh = open();
    await fresh.build();
    expect(fresh.ran).toEqual(['install git=2.39', 'make-a', 'make-c']);
    expect(fresh.engine.images.pulled).toEqual([]);
  });

  it('finds on the same engine what it pulled before', async () => {
    const { open } = await openRunners();
    const fresh = open();
    await fresh.build({ cacheFrom: true });
    fresh.declare(yaml('make-d'));
    await fresh.build({ cacheFrom: true });
    expect(fresh.ran).toEqual(['make-c', 'make-d']);
    expect(fresh.engine.images.pulled).toHaveLength(1);
  });

  it('sends only new steps, and forgets those of the build before', async () => {
    const { registry, first, open } = await openRunners();
    expect(first.engine.images.pushed).toHaveLength(3);
    expect(first.engine.images.pushed.every((name) => name.startsWith(`${repository}:step-`))).toBe(true);
    const before = digestsOf(first.lock());
    const fresh = open();
    await fresh.build({ cacheFrom: true, cacheTo: true });
    expect(fresh.engine.images.pushed).toHaveLength(1);
    const after = digestsOf(fresh.lock());
    expect(after).toHaveLength(3);
    expect(after.filter((digest) => before.includes(digest))).toHaveLength(2);
    expect(after.every((digest) => registry.manifests.has(`${repository}@${digest}`))).toBe(true);
  });

  it('keeps the steps of earlier builds if it builds on top of a version', async () => {
    const { first } = await openRunners();
    first.declare(yaml('make-b').replace('[git]', '[git, jq]'));
    await first.build({ cacheTo: true });
    expect(digestsOf(first.lock())).toHaveLength(4);
  });

  it('takes nothing that only a tag of the registry names', async () => {
    const { text, open } = await openRunners();
    const fresh = open(text.replace(/^steps:\n(?: {2}.*\n)+/m, ''));
    await fresh.build({ cacheFrom: true });
    expect(fresh.ran).toEqual(['install git=2.39', 'make-a', 'make-c']);
  });

  it('refuses an image that is not the step, or does not lie on the base', async () => {
    const { registry, first, text, open } = await openRunners();
    const [key = ''] = Object.entries(first.lock().steps ?? {})
      .filter(([step]) => first.engine.images.find(`devenv-step:${step}`)?.diffIds.length === 3)
      .map(([step]) => step);
    const image = first.engine.images.require(`devenv-step:${key}`);
    const named = first.lock().steps?.[key] ?? '';
    const other = { ...image, config: { ...image.config, labels: { [labels.step]: '0'.repeat(64) } } };
    const elsewhere = { ...image, diffIds: [digestOf('another base'), ...image.diffIds.slice(1)] };
    for (const wrong of [other, elsewhere]) {
      registry.manifests.set(`${repository}@${manifestOf(wrong)}`, wrong);
      const fresh = open(text.replace(named, manifestOf(wrong)));
      await expect(fresh.build({ cacheFrom: true })).rejects.toMatchObject({ code: 'CONTENT_MISMATCH', exitCode: 11 });
      expect(fresh.ran).toEqual([]);
      expect(fresh.lock().versions).toHaveLength(1);
    }
  });

  it('gives a pulled step to no other build of the machine', async () => {
    const { registry, first, text } = await openRunners();
    const { images } = first.engine;
    const [key = ''] =
      Object.entries(first.lock().steps ?? {}).find(
        ([step]) => images.find(`devenv-step:${step}`)?.diffIds.length === 2,
      ) ?? [];
    const image = images.require(`devenv-step:${key}`);
    const evil = { ...image, diffIds: [...image.diffIds.slice(0, -1), digestOf('a layer of somebody else')] };
    registry.manifests.set(`${repository}@${manifestOf(evil)}`, evil);
    const engine = new FakeEngine({ registry });
    const { installed } = first;
    // Whoever writes this project chooses what its lock names, for steps that other projects have, too.
    const lock = text.replace(/^steps:\n(?: {2}.*\n)+/m, `steps:\n  ${key}: ${manifestOf(evil)}\n`);
    const attacked = openProject(yaml('make-c'), { 'devenv-lock.yaml': lock }, {}, { engine, installed });
    await attacked.build({ cacheFrom: true });
    expect(attacked.ran).toEqual(['make-a', 'make-c']);
    const other = openProject(yaml('make-c'), { 'devenv-lock.yaml': text }, {}, { engine, installed });
    await other.build();
    expect(other.ran).toEqual(['install git=2.39', 'make-a', 'make-c']);
  });

  it('takes the steps before one that the registry has lost, and says which it runs', async () => {
    const { registry, first, open } = await openRunners();
    const { images } = first.engine;
    const lost = Object.entries(first.lock().steps ?? {}).filter(
      ([key]) => (images.find(`devenv-step:${key}`)?.diffIds.length ?? 0) > 2,
    );
    for (const [, digest] of lost) registry.manifests.delete(`${repository}@${digest}`);
    const fresh = open();
    await fresh.build({ cacheFrom: true });
    expect(fresh.ran).toEqual(['make-a', 'make-c']);
    expect(fresh.context.fake.progress.said).toContainEqual(expect.stringContaining('runs here'));
  });

  it('leaves a whole version if it is stopped before the lock names the steps', async () => {
    const { open } = await openRunners();
    const fresh = open();
    fresh.context.fake.failpoints.stopAt = 'steps:sent';
    await expect(fresh.build({ cacheTo: true })).rejects.toThrow('steps:sent');
    expect(fresh.lock()).toMatchObject({ current: 2 });
    expect(digestsOf(fresh.lock())).toHaveLength(3);
  });

  it.each([{ push: true }, { cacheTo: true }])('builds nothing for %j if devenv.yaml has no image', async (options) => {
    const project = openProject(yamlOf('run: [{name: a, run: make-a}]'));
    await expect(project.build(options)).rejects.toMatchObject({ code: 'CONFIG_INVALID', exitCode: 3 });
    expect(project.ran).toEqual([]);
  });
});
