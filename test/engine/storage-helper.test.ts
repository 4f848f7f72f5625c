import { linkSync, mkdirSync, mkdtempSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageHelper } from '../../src/engine/storage-helper.ts';
import type { Word } from '../../src/ports/changes.ts';
import { startProgram, type Program } from './start-program.ts';

describe('the helper', () => {
  let folder: string;
  let program: Program;
  let helper: StorageHelper;

  beforeAll(() => {
    program = startProgram();
    ({ folder, helper } = program);
  });

  afterAll(() => {
    program.stop();
  });

  const word = (text: string): Word => ({ text, anyCase: false, loose: false, inBinaries: true });

  async function find(root: string, words: readonly Word[]): Promise<readonly string[]> {
    const found: string[] = [];
    const wanted = ['one', 'two'].map((path) => ({ path, mode: 'word' as const }));
    for await (const { path } of helper.readFiles(root, { words, limit: 1000 }, wanted)) found.push(path);
    return found;
  }

  it('gives each search the files that hold its own words, however many search at once', async () => {
    const root = mkdtempSync(join(folder, 'read-'));
    writeFileSync(join(root, 'one'), 'the first word');
    writeFileSync(join(root, 'two'), 'the second word');
    const searches = [find(root, [word('first')]), find(root, []), find(root, [word('second')])];
    expect(await Promise.all(searches)).toEqual([['one'], [], ['two']]);
  });

  it('flushes beside other work, and says where it could not', async () => {
    const root = mkdtempSync(join(folder, 'flush-'));
    writeFileSync(join(root, 'one'), 'not on disk yet');
    await helper.beginFlush(root);
    expect(await find(root, [word('disk')])).toEqual(['one']);
    await helper.endFlush();
    await expect(helper.beginFlush(join(root, 'gone'))).rejects.toThrow(/cannot open .*gone: error 2/);
    // There is none any more.
    await expect(helper.endFlush()).rejects.toThrow('cannot flush what was changed: error 10');
  });

  it('lists what changed after a time, and nothing else', async () => {
    const root = mkdtempSync(join(folder, 'list-'));
    writeFileSync(join(root, 'old'), '');
    const before: string[] = [];
    for await (const { path, ctime } of helper.listTree(root)) before.push(path, ctime);
    expect(before.filter((_, index) => index % 2 === 0)).toEqual(['', 'old']);
    // The kernel's clock for files ticks every few milliseconds.
    await new Promise((resolve) => setTimeout(resolve, 50));
    utimesSync(root, 1, 1);
    writeFileSync(join(root, 'new'), '');
    const after: string[] = [];
    for await (const { path } of helper.listTree(root, before[3])) after.push(path);
    expect(after).toEqual(['', 'new']);
  });

  it('tells of names that did not change only where it is asked to, and which file each is', async () => {
    // The own root has the same at this place.
    const there = mkdtempSync(join(folder, 'twin-'));
    const root = mkdtempSync(join(folder, 'names-'));
    const here = join(root, there);
    mkdirSync(here, { recursive: true });
    for (const at of [there, here]) {
      for (const name of ['one', 'two']) writeFileSync(join(at, name), '');
      linkSync(join(at, 'two'), join(at, 'three'));
    }
    const list = async (names: boolean): Promise<readonly (string | number | undefined)[][]> => {
      const found: (string | number | undefined)[][] = [];
      for await (const batch of helper.compareTree(root, '9999999999.0', names)) {
        for (const { path, row } of batch) if (row?.type === 'f') found.push([path.split('/').at(-1), row.inode]);
      }
      return found;
    };
    const { ino } = statSync(join(here, 'two'));
    expect(await list(false)).toEqual([]);
    expect(await list(true)).toEqual([
      ['three', ino],
      ['two', ino],
    ]);
  });
});
