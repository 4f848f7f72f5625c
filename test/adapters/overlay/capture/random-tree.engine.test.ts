import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OverlayLayers } from '../../../../src/adapters/overlay/layers/overlay-layers.ts';
import { StorageHelpers } from '../../../../src/adapters/overlay/helper/storage-helpers.ts';
import { OverlayCapture } from '../../../../src/adapters/overlay/capture/overlay-capture.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { chooseMachines } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import type { Machine } from '../../../lab/machine.ts';
import { base, startSleeper, useEngine } from '../../docker/real-engine.ts';
import { applyOperations, playground, printTree, treeChange, type TreeOperation } from './tree-change.ts';

/** Random trees for each engine: `npm run trees` takes many, and others each time; else it is one, always the same. */
const wanted = process.env['TREE_RUNS'];
const runs = Number(wanted ?? 1);
const variables = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
/** No time of the trees that a capture is to cut lies before. */
const latest = 1_700_000_000;

interface Story {
  /** CaptureResult as the first version. */
  readonly first: readonly TreeOperation[];
  /** Done in a new container of it, and captured as the second. */
  readonly second: readonly TreeOperation[];
  /** Done in the same container, and captured as the third. */
  readonly third: readonly TreeOperation[];
  /** The second is so large that the engine's own commit makes it. */
  readonly large: boolean;
}

const story: fc.Arbitrary<Story> = fc.record({
  first: treeChange,
  second: treeChange,
  third: treeChange,
  large: fc.boolean(),
});

describeInLab('a random tree', (lab) => {
  it.each(chooseMachines(['podman'], ['a', 'b', 'c', 'podman', 'rootless']))(
    'is the same tree, changed and captured three times, pushed and pulled elsewhere, on %s',
    { timeout: runs * 300_000 },
    async (name) => {
      const engine = await useEngine(lab.machines[name]);
      const elsewhere = name === 'b' ? 'a' : 'b';
      const there = lab.machines[elsewhere];
      await Promise.all([lab.login(name), lab.login(elsewhere), useEngine(there).then((client) => client.close())]);
      try {
        await fc.assert(
          fc.asyncProperty(story, (each) => play(lab.registry.host, engine, { here: lab.machines[name], there }, each)),
          { numRuns: runs, endOnFailure: true, ...(wanted === undefined && { seed: 4711 }) },
        );
      } finally {
        engine.close();
      }
    },
  );
});

async function play(
  registry: string,
  engine: Engine,
  { here, there }: { readonly here: Machine; readonly there: Machine },
  { first, second, third, large }: Story,
): Promise<void> {
  const tag = `${registry}/trees:${randomBytes(6).toString('hex')}`;
  const tags = [1, 2, 3, 4].map((number) => `${tag}-${String(number)}`) as [string, string, string, string];
  try {
    {
      await using author = await startSleeper(engine);
      await change(here, author.id, first);
      await capture(engine, author.id, base, tags[0]);
    }
    await using author = await startSleeper(engine, { image: tags[0] });
    await change(here, author.id, second);
    if (large) await here.cli(['exec', author.id, 'sh', '-c', 'head -c 17000000 /dev/zero >/opt/large']);
    const began = await capture(engine, author.id, tags[0], tags[1]);
    await change(here, author.id, third);
    await capture(engine, author.id, tags[1], tags[2], began);
    await here.cli(['push', tags[2]]);
    await there.cli(['pull', tags[2]]);
    // In a user namespace a name goes on showing the number that its inode had before it was copied up.
    if (here.kind === 'podman-rootless') {
      await here.cli(['stop', '--time', '0', author.id]);
      await here.cli(['start', author.id]);
    }
    const inside = ['--user', '0', '--env', `LATEST=${String(latest)}`];
    const pulled = await print(there, ['run', '--rm', '--network=none', ...inside, tags[2]]);
    const lived = await print(here, ['exec', ...inside, author.id]);
    expect(pulled).toEqual(lived);
    await merge(engine, author.id, tags[2], tags[3]);
    await here.cli(['push', tags[3]]);
    await there.cli(['pull', tags[3]]);
    const merged = await print(there, ['run', '--rm', '--network=none', ...inside, tags[3]]);
    expect(withoutCounts(merged), 'the three layers as one').toEqual(withoutCounts(lived));
  } finally {
    await Promise.all([here, there].map((machine) => machine.tryCli(['rmi', '--force', ...tags])));
  }
}

async function change(machine: Machine, container: string, operations: readonly TreeOperation[]): Promise<void> {
  const input = operations.map((operation) => `${operation.join(' ')}\n`).join('');
  await machine.cli(['exec', '-i', '--user', '0', container, 'perl', '-e', applyOperations, ...playground], { input });
}

/** As lines, so that a difference is shown and not the whole. */
async function print(machine: Machine, where: readonly string[]): Promise<readonly string[]> {
  return (await machine.cli([...where, 'perl', '-e', printTree, ...playground])).split('\n');
}

/** What deleted and replaced names leave behind counts as a name only as long as it lies in a layer below. */
function withoutCounts(lines: readonly string[]): readonly string[] {
  const names = new Map<string, number>();
  const inode = / inode=(\d+)\/\d+/;
  for (const line of lines) {
    const key = inode.exec(line)?.[1];
    if (key !== undefined) names.set(key, (names.get(key) ?? 0) + 1);
  }
  const several = [...names].filter(([, count]) => count > 1).map(([key]) => key);
  return lines.map((line) =>
    line.replace(inode, (_, key: string) => (several.includes(key) ? ` inode=${String(several.indexOf(key))}` : '')),
  );
}

/** What was captured becomes one layer on the base. */
async function merge(engine: Engine, container: string, from: string, reference: string): Promise<void> {
  const [below, image] = await Promise.all([base, from].map((each) => engine.images.inspect(each)));
  if (below === undefined || image === undefined) throw new Error('an image vanished');
  const layers = new OverlayLayers(() => Promise.resolve(engine));
  const merged = await layers.merge({ image, count: 3, below, beside: container, reference });
  expect(merged?.diffIds.length).toBe(below.diffIds.length + 1);
}

/** Gives the engine's time at which it began. */
async function capture(
  engine: Engine,
  container: string,
  parent: string,
  reference: string,
  since?: string,
): Promise<string> {
  const image = await engine.images.inspect(parent);
  if (image === undefined) throw new Error(`no ${parent}`);
  const began = await engine.runtime.now();
  await new OverlayCapture(async () => engine, new StorageHelpers(async () => engine)).capture({
    container,
    parent: { ...image, config: { ...image.config, env: variables, workingDir: '/', cmd: ['/bin/sh'] } },
    reference,
    latest,
    leaveOut: () => false,
    still: (work) => work(),
    ...(since !== undefined && { since }),
  });
  return began;
}
