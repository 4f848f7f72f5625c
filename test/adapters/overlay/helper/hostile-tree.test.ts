import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StorageHelper } from '../../../../src/adapters/overlay/helper/storage-helper.ts';
import { startProgram, type Program } from './start-program.ts';

/** Swaps a folder for a link, moves one out and back, and a file for a pipe, as fast as it can. */
const disturb = `
const fs = require('node:fs');
const quietly = (...steps) => steps.forEach((step) => { try { step(); } catch {} });
process.stdout.write('started');
for (;;) quietly(
  () => fs.renameSync('tree/a', 'tree/spare'), () => fs.symlinkSync('../outside', 'tree/a'),
  () => fs.unlinkSync('tree/a'), () => fs.renameSync('tree/spare', 'tree/a'),
  () => fs.renameSync('tree/a/b', 'outside/b'), () => fs.renameSync('outside/b', 'tree/a/b'),
  () => fs.renameSync('tree/a/b/c', 'tree/c'), () => fs.renameSync('tree/c', 'tree/a/b/c'),
  () => fs.unlinkSync('tree/a/file'), () => fs.symlinkSync('../../outside/secret', 'tree/a/file'),
  () => fs.unlinkSync('tree/a/file'), () => fs.writeFileSync('tree/a/file', 'token'),
);`;

describe('the walk through a hostile tree', () => {
  let program: Program;
  let helper: StorageHelper;
  let folder: string;

  beforeAll(() => {
    program = startProgram();
    ({ helper, folder } = program);
  });

  afterAll(() => {
    // Node cannot remove paths of this length.
    execFileSync('rm', ['-rf', folder]);
    mkdirSync(folder);
    program.stop();
  });

  /** Makes folders in each other, one at a time: no call takes a path of this length. */
  function makeDeep(root: string, depth: number): void {
    const script = 'my ($name, $depth) = @ARGV; for (1 .. $depth) { mkdir $name or die; chdir $name or die }';
    execFileSync('perl', ['-e', script, 'y'.repeat(250), String(depth)], { cwd: root });
  }

  async function list(root: string): Promise<readonly string[]> {
    const found: string[] = [];
    for await (const { path } of helper.listTree(root)) found.push(path);
    return found;
  }

  it('lists names of any bytes and length, and paths longer than the kernel takes at once', async () => {
    const root = Buffer.from(mkdtempSync(join(folder, 'names-')));
    const names = ['\xff\xfe', '\n', ' ', '-rf', 'x'.repeat(255), '*', 'a.b', 'a'];
    for (const name of names) writeFileSync(Buffer.concat([root, Buffer.from(`/${name}`, 'latin1')]), '');
    const deep = join(root.toString(), 'a.d');
    mkdirSync(deep);
    makeDeep(deep, 30);
    const found = await list(root.toString());
    const sorted = ['\n', ' ', '*', '-rf', 'a', 'a.b', 'a.d', 'x'.repeat(255), '\xff\xfe'];
    expect(found.filter((path) => path !== '' && !path.startsWith('a.d/'))).toEqual(sorted);
    expect(found.filter((path) => path.startsWith('a.d/')).at(-1)).toHaveLength('a.d'.length + 30 * 251);
  });

  it('fails where a path is too long to be sent, and goes on to answer', async () => {
    const root = mkdtempSync(join(folder, 'deep-'));
    makeDeep(root, 70);
    await expect(list(root)).rejects.toThrow(/path too long below yyy/);
    expect(await helper.now()).not.toBe('');
  });

  it('lists entries whose times are out of range', async () => {
    const root = mkdtempSync(join(folder, 'times-'));
    writeFileSync(join(root, 'old'), '');
    utimesSync(join(root, 'old'), -(2 ** 31), -(2 ** 31));
    writeFileSync(join(root, 'new'), '');
    utimesSync(join(root, 'new'), 2 ** 33, 2 ** 33);
    expect(await list(root)).toEqual(['', 'new', 'old']);
  });

  describe('while it changes', () => {
    let top: string;
    let child: ChildProcess;

    beforeAll(async () => {
      top = mkdtempSync(join(folder, 'changing-'));
      for (const path of ['tree/a/b/c/d', 'tree/z', 'outside/inner']) mkdirSync(join(top, path), { recursive: true });
      for (const path of ['tree/a/file', 'tree/a/b/c/file', 'tree/z/last']) writeFileSync(join(top, path), 'token');
      for (const path of ['outside/secret', 'outside/inner/secret']) writeFileSync(join(top, path), 'token SECRET');
      symlinkSync('outside', join(top, 'link'));
      chmodSync(join(top, 'outside'), 0o700);
      child = spawn(process.execPath, ['-e', disturb], { cwd: top, stdio: ['ignore', 'pipe', 'inherit'] });
      if (child.stdout !== null) await once(child.stdout, 'data');
    });

    afterAll(async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    });

    /**
     * A failure is an answer here, if it is one of an entry that was exchanged: it is gone (2), no folder (20), no link
     * (22) or a link (40) by now. The next answer has to come all the same.
     */
    async function attempt(work: () => Promise<void>): Promise<void> {
      for (let count = 0; count < 60; count += 1) {
        await work().catch((error: Error) =>
          expect(error.message).toMatch(/moved during the walk|error (2|20|22|40)\.$/),
        );
        expect(await helper.now()).not.toBe('');
      }
    }

    it('never lists what is outside of it', async () => {
      await attempt(async () => {
        for (const path of await list(join(top, 'tree'))) expect(path).not.toMatch(/secret|inner/);
      });
    });

    it('never sends a file from outside of it', async () => {
      const words = [{ text: 'token', anyCase: false, loose: false, inBinaries: true }];
      const wanted = ['a/file', 'a/secret', 'a/b/c/file', 'z/last'].map((path) => ({ path, mode: 'word' as const }));
      await attempt(async () => {
        for await (const { path, content } of helper.readFiles(join(top, 'tree'), { words, limit: 100 }, wanted)) {
          expect(path).not.toBe('a/secret');
          for await (const bytes of content) expect(Buffer.from(bytes).toString()).toBe('token');
        }
      });
    });

    it('never copies from outside of it, nor changes it', async () => {
      await attempt(async () => {
        const to = mkdtempSync(join(folder, 'to-'));
        const entries = ['a', 'a/b', 'a/b/c', 'a/b/c/file', 'a/secret', 'z', 'z/last'];
        const copied = entries.map((path) => ({ path, how: 'copied' as const }));
        const copying = helper.copy(join(top, 'tree'), to, copied, { attributes: 'all', latest: 1000 });
        await copying.finally(() => {
          const made = readdirSync(to, { recursive: true, encoding: 'utf8' });
          for (const path of made) expect(path).not.toMatch(/secret|inner/);
        });
      });
      expect(statSync(join(top, 'outside')).mode & 0o777).toBe(0o700);
      expect(statSync(dirname(join(top, 'outside/secret'))).mtimeMs).toBeGreaterThan(1_000_000);
    });
  });
});
