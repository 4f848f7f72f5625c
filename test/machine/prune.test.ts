import { describe, expect, it } from 'vitest';
import { prune, type PruneOptions } from '../../src/machine/prune.ts';
import { localReference } from '../../src/observe/version-image.ts';
import type { ImageUsage } from '../../src/ports/engine.ts';
import { openShop } from '../fakes/open-shop.ts';

const options: PruneOptions = { keep: 1, caches: false, dryRun: false, show: () => undefined };

/** A shop with an old version that no lock records, and a step. */
async function openOld() {
  const shop = await openShop();
  const { engine } = shop.fake;
  const stray = 'devenv/shop:0-aaaaaaaaaaaa';
  const step = 'devenv-step:old';
  const labels = { 'dev.teamvm.role': 'image', 'dev.teamvm.step': 'x' };
  for (const name of [stray, step]) engine.images.add(name);
  const usageOf = (tag: string, size: number): ImageUsage => ({
    ...{ id: engine.images.require(tag).id, tags: [tag], digests: [], labels, created: 0 },
    layers: [{ id: tag, size }],
  });
  const current = localReference('shop', shop.version);
  engine.measured = {
    images: [usageOf(current, 5), usageOf(step, 10), usageOf(stray, 100)],
    ...{ volumes: [], containers: [] },
  };
  engine.runtime.time = Date.parse('2026-06-01T00:00:00Z');
  return { shop, engine, stray, step, current };
}

describe('prune', () => {
  it('shows what it would free, and changes nothing, with --dry-run', async () => {
    const { shop, engine, step, stray } = await openOld();
    const { items, freed, removed } = await prune(shop, { ...options, dryRun: true });
    expect([items.map(({ name }) => name), freed, removed]).toEqual([[step, stray], 110, false]);
    expect(engine.images.find(step)).toBeDefined();
  });

  it('removes no version of a project whose folder is another one than that at its path here', async () => {
    const { shop, engine, step } = await openOld();
    const volume = (identity: string) => ({
      ...{ name: 'v', size: 1, used: false, created: 0 },
      labels: { 'dev.teamvm.folder': '/shop', 'dev.teamvm.project': 'shop', 'dev.teamvm.identity': identity },
    });
    engine.measured = { ...engine.measured, volumes: [volume('of another machine')] };
    expect((await prune(shop, { ...options, dryRun: true })).items.map(({ name }) => name)).toEqual([step]);
    const own = (await shop.files.identify('/shop')) ?? '';
    engine.measured = { ...engine.measured, volumes: [volume('of another machine'), volume(own)] };
    expect((await prune(shop, { ...options, dryRun: true })).items).toHaveLength(2);
  });

  it('shows and removes the downloads of this machine with --caches, also if the engine has nothing to remove', async () => {
    const { shop, engine } = await openOld();
    engine.measured = { images: [], volumes: [], containers: [] };
    const removed: number[] = [];
    const cache = {
      ...shop.cache,
      weigh: () => Promise.resolve({ count: 2, size: 7 }),
      removeOlder: (age: number) => Promise.resolve(void removed.push(age)),
    };
    const own = Object.assign(Object.create(shop) as typeof shop, { cache });
    expect((await prune(own, options)).items).toEqual([]);
    const result = await prune(own, { ...options, caches: true, age: 3 });
    expect(result).toMatchObject({ items: [{ kind: 'cache', object: 'file', size: 7 }], freed: 7, removed: true });
    expect(removed).toEqual([3]);
  });

  it('removes nothing that nobody agreed to', async () => {
    const { shop, engine, step, stray } = await openOld();
    shop.fake.prompt.agrees = false;
    const shown: string[] = [];
    const show: PruneOptions['show'] = (items) => shown.push(...items.map(({ name }) => name));
    await expect(prune(shop, { ...options, show })).rejects.toMatchObject({ code: 'NOT_CONFIRMED' });
    expect(shown).toEqual([step, stray]);
    expect(shop.fake.progress.said).toContainEqual(expect.stringContaining('another git branch'));
    expect(engine.images.find(step)).toBeDefined();
  });

  it('removes what was agreed to, and nothing that a container took meanwhile', async () => {
    const { shop, engine, step, stray, current } = await openOld();
    const [, used] = engine.measured.images;
    const container = { id: 'c', name: 'c', labels: {}, image: used?.id ?? '', running: true, size: 0, created: 0 };
    const show = (): void => void (engine.measured = { ...engine.measured, containers: [container] });
    const result = await prune(shop, { ...options, show });
    expect(result).toMatchObject({ removed: true, refused: [], freed: 100 });
    expect([step, stray, current].map((name) => engine.images.find(name) !== undefined)).toEqual([true, false, true]);
  });

  it('is finished by the next one if it is killed, and by two at once', async () => {
    const { shop, engine, step, stray, current } = await openOld();
    let reached = 0;
    const killed = new Error('killed');
    const reach = async (name: string): Promise<void> => {
      if (name === 'prune:item' && ++reached === 2) throw killed;
    };
    await expect(
      prune(Object.assign(Object.create(shop) as typeof shop, { failpoints: { reach } }), options),
    ).rejects.toBe(killed);
    const names = [step, stray, current];
    expect(names.map((name) => engine.images.find(name) !== undefined)).toEqual([false, true, true]);
    const both = await Promise.all([prune(shop, options), prune(shop, options)]);
    expect(both.map(({ refused }) => refused)).toEqual([[], []]);
    expect(names.map((name) => engine.images.find(name) !== undefined)).toEqual([false, false, true]);
  });

  it('says what the engine did not remove', async () => {
    const { shop, engine, step } = await openOld();
    engine.images.keeps = /devenv-step/;
    expect(await prune(shop, options)).toMatchObject({ refused: [step], freed: 100 });
  });
});
