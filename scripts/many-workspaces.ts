import { makeWorkspaces } from './bench/make-workspaces.ts';
import { medianOf } from './bench/measure.ts';
import { openWorld } from './bench/world.ts';
import { run } from '../test/lab/run.ts';
import { join } from 'node:path';

/**
 * Makes 50 workspaces of one version and shows what they cost: a writable layer
 * each and no copy of the image; then what `ls` of them all takes.
 * Run by hand: `npx tsx scripts/many-workspaces.ts [COUNT]`.
 */
const count = Number(process.argv[2] ?? 50);
await using world = await openWorld();

/** Bytes that a folder takes on its own disk: what is mounted below is counted where it lies. */
const measure = async (): Promise<number> =>
  Number((await run('du', ['-x', '-s', '-B1', join(world.lab.folder, 'a')])).split('\t')[0]);
const list = async (...args: string[]): Promise<readonly string[]> =>
  (await world.docker(world.folder, ...args)).split('\n').filter(Boolean);

await makeWorkspaces(world, 1);
const [first, images] = [await measure(), await list('images', '-aq', '--no-trunc')];
const folder = await makeWorkspaces(world, count);
const all = await measure();
const now = await list('images', '-aq', '--no-trunc');
const workspaces = await list('ps', '-aq', '--filter', 'label=dev.teamvm.role=workspace');
const image = Number((await list('image', 'inspect', '-f', '{{.Size}}', world.base))[0]);
const each = (all - first) / (count - 1);
console.log(
  `workspaces: ${String(workspaces.length)}, images before and after: ${String(images.length)}, ${String(now.length)}`,
);
console.log(
  `each workspace more takes ${String(Math.round(each / 1000))} kB; the image has ${String(Math.round(image / 1e6))} MB`,
);

const times: number[] = [];
for (let round = 0; round < 10; round += 1) {
  const begun = performance.now();
  const shown = await world.devenv(folder, 'ls');
  times.push(performance.now() - begun);
  if (shown.split('\n').filter((line) => line.startsWith('many ')).length !== count || shown.includes('?'))
    throw new Error(`ls did not tell all of every workspace:\n${shown}`);
}
console.log(
  `ls: ${String(Math.round(medianOf(times)))} ms (${times.map((time) => String(Math.round(time))).join(', ')})`,
);
if (now.length !== images.length || workspaces.length !== count || each > image / 20) process.exitCode = 1;
