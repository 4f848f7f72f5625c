import {
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageHelper } from '../../../../src/adapters/overlay/helper/storage-helper.ts';
import type { Word } from '../../../../src/ports/changes.ts';
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

  it('gives binary files that hold a word that is not loose, and those that begin like a key or like UTF-16', async () => {
    const root = mkdtempSync(join(folder, 'binary-'));
    const files: Readonly<Record<string, Buffer>> = {
      strict: Buffer.from('\0\0 strict'),
      loose: Buffer.from('\0\0 loose!'),
      text: Buffer.from('loose!'),
      der: Buffer.from('3082025c02010002818100', 'hex'),
      sealed: Buffer.from('3082029e304806092a864886', 'hex'),
      java: Buffer.from('feedfeed0000000200000001', 'hex'),
      pgp: Buffer.from('9501d80465000000', 'hex'),
      utf16: Buffer.from('anything', 'utf16le'),
      marked: Buffer.from('feff006100620063', 'hex'),
      certificate: Buffer.from('3082030a3082020aa0030201', 'hex'),
      program: Buffer.from('7f454c460201010000000000', 'hex'),
    };
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(root, name), bytes);
    const words = [
      { ...word('strict'), inBinaries: false },
      { ...word('loose!'), inBinaries: false, loose: true },
    ];
    const read = async (mode: 'word' | 'strict'): Promise<readonly string[]> => {
      const found: string[] = [];
      const wanted = Object.keys(files).map((path) => ({ path, mode }));
      for await (const { path } of helper.readFiles(root, { words, limit: 1000 }, wanted)) found.push(path);
      return found.sort();
    };
    // A certificate may be a key until its bytes are judged.
    expect(await read('word')).toEqual(
      ['strict', 'text', 'der', 'sealed', 'java', 'pgp', 'utf16', 'marked', 'certificate'].sort(),
    );
    expect(await read('strict')).toEqual([]);
  });

  it('gives a binary file for a short word only where as much text as a token stands', async () => {
    const root = mkdtempSync(join(folder, 'short-'));
    const files: Readonly<Record<string, string>> = {
      alone: '\0\x01AKIA\x02\x03, and much text elsewhere\0\0',
      before: '\0\x01123456789012AKIA\x02\0',
      after: '\0\x01AKIA123456789012\x02\0',
      less: '\0\x01AKIA12345678901\x02\0',
      start: 'AKIA\x01\0',
      end: '\0\x01AKIA',
      long: '\0\x01LONGWORD\x02\0',
      text: '\x01AKIA\x02',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text, 'latin1');
    const found: string[] = [];
    const words = [word('AKIA'), word('LONGWORD')];
    const wanted = Object.keys(files).map((path) => ({ path, mode: 'word' as const }));
    for await (const { path } of helper.readFiles(root, { words, limit: 1000 }, wanted)) found.push(path);
    expect(found.sort()).toEqual(['after', 'before', 'end', 'long', 'start', 'text']);
  });

  it('flushes beside other work, and says where it could not', async () => {
    const root = mkdtempSync(join(folder, 'flush-'));
    writeFileSync(join(root, 'one'), 'not on disk yet');
    await helper.beginFlush(root);
    expect(await find(root, [word('disk')])).toEqual(['one']);
    await helper.endFlush();
    await expect(helper.beginFlush(join(root, 'gone'))).rejects.toThrow(/cannot open .*gone: error 2/);
    // There is none any more.
    await expect(helper.endFlush()).rejects.toThrow('cannot flush the file system: error 10');
  });

  it('removes paths with everything below them, and marks of deletions, and nothing else', async () => {
    const root = mkdtempSync(join(folder, 'remove-'));
    for (const path of ['a/b/deep/er', 'a/empty', 'kept']) mkdirSync(join(root, path), { recursive: true });
    for (const path of ['a/one', 'a/b/two', 'a/b/deep/er/three', 'kept/four', '.wh.gone', 'kept/.wh.stays'])
      writeFileSync(join(root, path), path);
    symlinkSync('../kept', join(root, 'a/link'));
    const removed = ['a', 'gone', 'kept/none', 'no/such'].map((path) => ({ path, how: 'removed' as const }));
    await helper.copy(root, root, removed, { attributes: 'all' });
    expect(readdirSync(root, { recursive: true }).toSorted()).toEqual(['kept', 'kept/.wh.stays', 'kept/four']);
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

  it('copies many files with two processes, as they are but for their times', async () => {
    const [from, to] = [mkdtempSync(join(folder, 'from-')), mkdtempSync(join(folder, 'to-'))];
    const names = Array.from({ length: 2000 }, (_, index) => `in/${String(index).padStart(4, '0')}`);
    mkdirSync(join(from, 'in'), { mode: 0o555 });
    for (const [index, name] of names.entries()) {
      writeFileSync(join(from, name), `${name} `.repeat(index * 5), { mode: index % 2 === 0 ? 0o640 : 0o4711 });
      chownSync(join(from, name), index, 7);
    }
    linkSync(join(from, 'in/0000'), join(from, 'in/again'));
    utimesSync(join(from, 'in'), 5, 5);
    const entries = ['in', ...names, 'in/again'].map((path) => ({ path, how: 'copied' as const }));
    await helper.copy(from, to, entries, { latest: 1000, attributes: 'capability' });
    const show = (root: string, path: string): unknown => {
      const { mode, uid, gid, nlink } = statSync(join(root, path));
      return { path, mode, uid, gid, nlink, content: readFileSync(join(root, path), 'latin1') };
    };
    expect(names.map((path) => show(to, path))).toEqual(names.map((path) => show(from, path)));
    expect(names.every((path) => Math.floor(statSync(join(to, path)).mtimeMs / 1000) === 1000)).toBe(true);
    expect(statSync(join(to, 'in/again')).ino).toBe(statSync(join(to, 'in/0000')).ino);
    expect(statSync(join(to, 'in'))).toMatchObject({ mode: 0o40555, mtimeMs: 5000 });
  });

  it('keeps the time of a timed file in whole seconds, and of no other one that is younger', async () => {
    const [from, to] = [mkdtempSync(join(folder, 'from-')), mkdtempSync(join(folder, 'to-'))];
    for (const name of ['shop.py', 'other']) {
      writeFileSync(join(from, name), name);
      utimesSync(join(from, name), 2000.75, 2000.75);
    }
    const entries = [{ path: 'other', how: 'copied' } as const, { path: 'shop.py', how: 'timed' } as const];
    await helper.copy(from, to, entries, { latest: 1000, attributes: 'capability' });
    const seconds = (name: string): number => Math.floor(statSync(join(to, name)).mtimeMs / 1000);
    expect([seconds('other'), seconds('shop.py')]).toEqual([1000, 2000]);
  });

  it('says which file could not be copied, once, and goes on to answer', async () => {
    const [from, to] = [mkdtempSync(join(folder, 'from-')), mkdtempSync(join(folder, 'to-'))];
    const names = Array.from({ length: 500 }, (_, index) => String(index));
    for (const name of names) writeFileSync(join(from, name), name);
    // The first that there is goes to the second process.
    writeFileSync(join(to, '0'), 'in the way');
    const entries = names.map((path) => ({ path, how: 'copied' as const }));
    const copying = helper.copy(from, to, entries, { attributes: 'all' });
    await expect(copying).rejects.toThrow(/cannot copy 0: error 17\.$/);
    await helper.copy(from, to, [], { attributes: 'all' });
  });
});
