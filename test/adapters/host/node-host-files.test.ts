import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';

const files = new NodeHostFiles();
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devenv-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

/** A program of its own that writes one file, so that it can be killed in the middle. */
const writeElsewhere = (
  path: string,
  text: string,
  failpoint: string,
): { status: number | null; signal: string | null } => {
  const module = resolve(import.meta.dirname, '../../../src/adapters/host/node-host-files.ts');
  const script = `import { NodeHostFiles } from ${JSON.stringify(module)};
    await new NodeHostFiles().writeAtomic(process.argv[1], process.argv[2]);`;
  return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, path, text], {
    cwd: resolve(import.meta.dirname, '../../..'),
    env: { ...process.env, TEAMVM_FAILPOINT: failpoint },
  });
};

describe('reading', () => {
  it('gives text, and nothing for a missing file or folder', async () => {
    writeFileSync(at('a'), '\uFEFFhé\r\n');
    expect(await files.readText(at('a'), 100)).toBe('\uFEFFhé\r\n');
    expect(await files.readText(at('b'), 100)).toBeUndefined();
    expect(await files.readText(at('a/b'), 100)).toBeUndefined();
  });

  it('reads what says that it is empty', async () => {
    expect(await files.readText('/proc/self/mountinfo', 1_000_000)).toContain(' / ');
  });

  it('refuses a fifo, a folder, a socket and a device at once', async () => {
    execFileSync('mkfifo', [at('fifo')]);
    const server = createServer().listen(at('socket'));
    await new Promise((done) => server.once('listening', done));
    const began = Date.now();
    for (const path of [at('fifo'), folder, at('socket'), '/dev/zero']) {
      await expect(files.readText(path, 100), path).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
      await expect(files.hash(path), path).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    }
    expect(Date.now() - began).toBeLessThan(5_000);
    server.close();
  });

  it('refuses what is too large by one byte, and bytes that are no text', async () => {
    writeFileSync(at('a'), 'x'.repeat(100_000));
    expect(await files.readText(at('a'), 100_000)).toHaveLength(100_000);
    await expect(files.readText(at('a'), 99_999)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    writeFileSync(at('b'), Buffer.from([0x61, 0xff]));
    await expect(files.readText(at('b'), 100)).rejects.toThrow('not UTF-8');
  });

  it('says what a path is and where it leads', async () => {
    symlinkSync('real', at('link'));
    expect(await files.kindOf(at('link'))).toBeUndefined();
    mkdirSync(at('real'));
    expect(await files.kindOf(at('link'))).toBe('folder');
    expect(await files.realPath(at('link'))).toBe(at('real'));
    symlinkSync('loop', at('loop'));
    await expect(files.readText(at('loop'), 10)).rejects.toThrow('circle');
  });

  it('hashes as sha256sum does', async () => {
    writeFileSync(at('a'), Buffer.alloc(3_000_000, 7));
    const expected = execFileSync('sha256sum', [at('a')], { encoding: 'utf8' }).slice(0, 64);
    expect(await files.hash(at('a'))).toBe(expected);
    expect(await files.hash(at('none'))).toBeUndefined();
  });
});

describe('writing', () => {
  it('replaces the text and keeps the mode', async () => {
    writeFileSync(at('a'), 'old');
    chmodSync(at('a'), 0o640);
    await files.writeAtomic(at('a'), 'new');
    expect(readFileSync(at('a'), 'utf8')).toBe('new');
    expect(statSync(at('a')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('follows a link inside its folder, and none out of it', async () => {
    mkdirSync(at('in'));
    symlinkSync('real', at('in/link'));
    writeFileSync(at('in/real'), 'old');
    await files.writeAtomic(at('in/link'), 'new');
    expect(readFileSync(at('in/real'), 'utf8')).toBe('new');
    writeFileSync(at('outside'), 'mine');
    symlinkSync('../outside', at('in/out'));
    await expect(files.writeAtomic(at('in/out'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(readFileSync(at('outside'), 'utf8')).toBe('mine');
  });

  it('refuses a folder and a fifo', async () => {
    mkdirSync(at('d'));
    execFileSync('mkfifo', [at('f')]);
    await expect(files.writeAtomic(at('d'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(files.writeAtomic(at('f'), 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    await expect(files.writeAtomic(at('none/x'), 'x')).rejects.toThrow('the folder does not exist');
  });

  it.each(['write-atomic.temporary', 'write-atomic.rename'])(
    'killed at %s leaves the old file whole',
    async (point) => {
      writeFileSync(at('a'), 'old');
      expect(writeElsewhere(at('a'), 'new', `${point}:kill`).signal).toBe('SIGKILL');
      expect(readFileSync(at('a'), 'utf8')).toBe('old');
      const left = readdirSync(folder).filter((name) => name !== 'a');
      expect(left).toHaveLength(1);
      // A young one may belong to a living run; an old one goes with the next write.
      await files.writeAtomic(at('a'), 'new');
      expect(readdirSync(folder)).toEqual([...left, 'a'].sort());
      utimesSync(at(left[0] ?? ''), 0, 0);
      await files.writeAtomic(at('a'), 'newer');
      expect(readdirSync(folder)).toEqual(['a']);
    },
  );

  it('failing in between removes what it began', () => {
    writeFileSync(at('a'), 'old');
    expect(writeElsewhere(at('a'), 'new', 'other:kill,write-atomic.rename:enospc').status).toBe(1);
    expect(readFileSync(at('a'), 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('names the full disk, and the old file is whole', async (test) => {
    mkdirSync(at('disk'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at('disk')]).status !== 0) {
      if (process.env['CI']) throw new Error('CI must let this test mount a small tmpfs');
      return test.skip('mounting a tmpfs needs root');
    }
    try {
      await files.writeAtomic(at('disk/a'), 'old');
      const failure = files.writeAtomic(at('disk/a'), 'x'.repeat(200_000));
      await expect(failure).rejects.toThrow(`the disk is full (${at('disk')})`);
      await expect(failure).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', data: { reason: 'ENOSPC' } });
      expect(readFileSync(at('disk/a'), 'utf8')).toBe('old');
      expect(readdirSync(at('disk'))).toEqual(['a']);
      expect(spawnSync('mount', ['-o', 'remount,ro', at('disk')]).status).toBe(0);
      await expect(files.writeAtomic(at('disk/a'), 'x')).rejects.toThrow('mounted read-only');
    } finally {
      spawnSync('umount', [at('disk')]);
    }
    expect(existsSync(at('disk/a'))).toBe(false);
  });
});
