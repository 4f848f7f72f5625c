import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listStale, type CarrierFiller } from '../../../../src/adapters/overlay/capture/carrier-filler.ts';
import { captureStill } from '../../../../src/adapters/overlay/capture/capture-still.ts';
import { copyAhead, listChangedRows } from '../../../../src/adapters/overlay/capture/copy-ahead.ts';
import { compareUpper, type UpperComparison } from '../../../../src/adapters/overlay/changes/compare-upper.ts';
import type { Row } from '../../../../src/adapters/overlay/helper/row.ts';
import type { StorageHelper } from '../../../../src/adapters/overlay/helper/storage-helper.ts';
import type { ContainerDetails } from '../../../../src/model/container.ts';
import type { CaptureRequest } from '../../../../src/ports/capture.ts';
import { startProgram, type Program } from '../helper/start-program.ts';

let program: Program;
beforeAll(() => (program = startProgram()));
afterAll(() => program.stop());

/** More than the tick of the clock that stamps inodes. */
const tick = 30;

/** What a capture of so many files reads and copies while the container stands still, after it did something meanwhile. */
async function capture(count: number, meanwhile: (upper: string) => void) {
  const upper = mkdtempSync(join(program.folder, 'upper-'));
  // No path of this machine, which the helper takes for the image.
  const name = `devenv-${basename(upper)}`;
  mkdirSync(join(upper, name, 'many'), { recursive: true });
  for (let index = 0; index < count; index += 1)
    writeFileSync(join(upper, name, 'many', `f${String(index)}`), 'before');
  writeFileSync(join(upper, `${name}.top`), 'before');
  await sleep(tick);

  const seen = { rows: 0, copied: [] as readonly string[], removed: [] as readonly string[] };
  let isStill = false;
  const counted = (amount: number): void => void (seen.rows += isStill ? amount : 0);
  const helper = {
    folder: '',
    async *listTree(root: string, after: string): AsyncGenerator<Row> {
      for await (const row of program.helper.listTree(root, after)) {
        counted(1);
        yield row;
      }
    },
    async *compareTree(...given: Parameters<StorageHelper['compareTree']>) {
      for await (const batch of program.helper.compareTree(...given)) {
        counted(batch.length);
        yield batch;
      }
    },
  } as unknown as StorageHelper;
  const compare = (): Promise<UpperComparison> =>
    compareUpper({
      ...{ helper, upper, base: async () => undefined, mounts: [], since: undefined, names: true },
      leaveOut: () => false,
    });
  const filler = {
    prepare: async () => undefined,
    fill: async () => undefined,
    refill: async ({ before, after, changed }: Parameters<CarrierFiller['refill']>[0]) => {
      const stale = listStale(before, after, changed);
      seen.copied = stale?.copied.map(({ path }) => path.replace(name, '')) ?? ['everything'];
      seen.removed = stale?.removed.map((path) => path.replace(name, '')) ?? [];
    },
  } as unknown as CarrierFiller;
  const isCopied = ({ paths }: { readonly paths: number }): boolean => paths > 0;
  const enough = new Error('The rest needs an engine.');
  const request = {
    ...{ flushed: async () => undefined, latest: 0 },
    still: async (work: () => Promise<unknown>) => {
      isStill = true;
      await work();
      throw enough;
    },
  } as unknown as CaptureRequest;
  const early = await copyAhead(request, { compare, isCopied, filler });
  meanwhile(join(upper, name));
  await sleep(tick);
  const listChanged = (after: string) => listChangedRows(helper, after, () => false, upper);
  const captured = captureStill({} as never, {} as ContainerDetails, request, {
    ...{ compare, isCopied, filler, early, listChanged, cleanUp: () => undefined },
  });
  await expect(captured).rejects.toBe(enough);
  return seen;
}

const rewrite = (at: string): void => {
  for (const name of ['f1', 'f2', 'f3']) writeFileSync(join(at, 'many', name), 'after, and longer');
};

it.each([
  ['nothing', () => undefined, [], []],
  ['three files', rewrite, ['', '/many', '/many/f1', '/many/f2', '/many/f3'], ['/many/f1', '/many/f2', '/many/f3']],
])(
  'reads and copies only what changed since the first look, whatever the total: %s',
  async (_, work, copied, removed) => {
    const [few, many] = [await capture(20, work), await capture(2_000, work)];
    expect(many).toEqual({ rows: few.rows, copied, removed });
    expect(many.rows).toBeLessThan(10);
  },
);

it.each([
  ['a new file', (at: string) => writeFileSync(join(at, 'many/new'), ''), ['', '/many', '/many/new'], []],
  ['a file that is gone', (at: string) => rmSync(join(at, 'many/f1')), ['', '/many'], ['/many/f1']],
  ['one that is gone from the root', (at: string) => rmSync(`${at}.top`), [], ['.top']],
])('finds %s', async (_, work, copied, removed) => {
  expect(await capture(20, work)).toMatchObject({ copied, removed });
});
