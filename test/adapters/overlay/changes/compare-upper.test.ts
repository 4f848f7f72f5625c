import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareUpper } from '../../../../src/adapters/overlay/changes/compare-upper.ts';
import { startProgram, type Program } from '../helper/start-program.ts';

let program: Program;
beforeAll(() => (program = startProgram()));
afterAll(() => program.stop());

/** What is found of a file of the image that got other content of the same size, that long after a capture. */
async function find(hours: number): Promise<readonly string[]> {
  const { folder, helper } = program;
  // The helper takes this machine for the image.
  const image = join(folder, 'image/file');
  const upper = join(folder, 'upper');
  for (const [path, text] of [
    [image, 'one'],
    [join(upper, image), 'two'],
  ] as const) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const since = new Date(Date.now() - hours * 3_600_000).toISOString();
  const compared = await compareUpper({
    ...{ helper, upper, base: async () => undefined, mounts: [], since, names: true, leaveOut: () => false },
  });
  return [...compared.entries].flatMap(({ kind, path }) => (`/${path}` === image ? [kind] : []));
}

it.each([
  ['after the capture', 1],
  ['before it, since the clock of the engine went back', -24],
])('finds a file that was written %s', async (_, hours) => {
  expect(await find(hours)).toEqual(['changed']);
});
