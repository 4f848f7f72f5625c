import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { bootstrapBase } from '../../../src/image/base/bootstrap-base.ts';
import { FakeEngine } from '../../fakes/fake-engine.ts';
import { makeContext } from '../../fakes/make-context.ts';

const base = { kind: 'bootstrap', suite: 'bookworm', include: [] } as const;
const keep = { update: false };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devenv-base-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A devenv on this engine, in a project of its own, with the cache of this person. */
function open(engine: FakeEngine) {
  const cache = new FileCache(folder);
  const context = makeContext({}, { engine, ports: { cache } });
  const { processes } = context.fake;
  processes.programs['mmdebstrap'] = (args) => {
    const tar = args.find((arg) => arg.endsWith('.tmp'));
    if (tar !== undefined) writeFileSync(tar, 'a root file system');
    return {};
  };
  const assembled = (): number => processes.ran.filter((line) => line.startsWith('mmdebstrap --mode')).length;
  return { context, assembled };
}

it('is found again on the engine, though versions have its label and are newer', async () => {
  const engine = new FakeEngine();
  const first = open(engine);
  const made = await bootstrapBase(first.context, base, keep);
  const { config } = engine.images.require(made.reference);
  engine.images.add('devenv/shop:1-abc', { config });
  engine.images.add('devenv-step:def', { config });
  const second = open(engine);
  expect(await bootstrapBase(second.context, base, keep)).toEqual(made);
  expect([first.assembled(), second.assembled()]).toEqual([1, 0]);
  expect(second.context.fake.progress.said).toEqual([]);
});

it('is not the image of a Dockerfile that starts from it or from one of its versions', async () => {
  const engine = new FakeEngine();
  const made = await bootstrapBase(open(engine).context, base, keep);
  const { config } = engine.images.require(made.reference);
  engine.images.add('devenv-base/dockerfile:c6697426efc5e421', { config });
  expect(await bootstrapBase(open(engine).context, base, keep)).toEqual(made);
});

it('is not an image from a registry that carries its label', async () => {
  const engine = new FakeEngine();
  const made = await bootstrapBase(open(engine).context, base, keep);
  const { config } = engine.images.require(made.reference);
  await engine.images.remove(made.reference);
  engine.images.add('registry.example.com/devenv-base/bookworm:1', { config });
  engine.images.add('mine/devenv-base/bookworm:1', { config });
  expect(await bootstrapBase(open(engine).context, base, keep)).toEqual(made);
});

it('is made once if two projects need it at once, and the second says that it waits', async () => {
  const engine = new FakeEngine();
  const [first, second] = [open(engine), open(engine)];
  const made = await Promise.all([first, second].map(({ context }) => bootstrapBase(context, base, keep)));
  expect(made[0]).toEqual(made[1]);
  expect(first.assembled() + second.assembled()).toBe(1);
  const said = [first, second].flatMap(({ context }) => context.fake.progress.said);
  expect(said.filter((line) => line.startsWith('Importing the base'))).toHaveLength(1);
});
