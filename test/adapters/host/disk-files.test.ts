import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskFiles } from '../../../src/adapters/host/disk-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'devenv-disk-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('files of the disk', () => {
  it('are read at any position, and end where they end', async () => {
    writeFileSync(join(folder, 'a'), '0123456789');
    const file = await diskFiles.open(join(folder, 'a'));
    expect(file?.size).toBe(10);
    expect((await file?.read(3, 4))?.toString()).toBe('3456');
    expect((await file?.read(8, 100))?.toString()).toBe('89');
    expect(await file?.read(10, 1)).toHaveLength(0);
    await file?.close();
    expect(await diskFiles.open(join(folder, 'none'))).toBeUndefined();
    await expect(diskFiles.open(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('are made in a part file, which another run continues, and replace the old file at the end', async () => {
    const path = join(folder, 'a');
    writeFileSync(path, 'old');
    const first = await diskFiles.openPart(path);
    expect(first.size).toBe(0);
    await first.write(4, Buffer.from('later'));
    await first.write(0, Buffer.from('soon'));
    await first.close();
    expect([readFileSync(path, 'utf8'), readdirSync(folder).sort()]).toEqual(['old', ['a', 'a.part']]);
    const second = await diskFiles.openPart(path);
    expect([second.size, (await second.read(0, 20)).toString()]).toEqual([9, 'soonlater']);
    await second.finish(8);
    await second.close();
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual(['soonlate', ['a']]);
  });

  it('are not written into a fifo or device', async () => {
    execFileSync('mkfifo', [join(folder, 'a.part')]);
    await expect(diskFiles.openPart(join(folder, 'a'))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });

  it('are not written through a link, nor into a folder that is not there', async () => {
    writeFileSync(join(folder, 'other'), 'kept');
    symlinkSync(join(folder, 'other'), join(folder, 'a.part'));
    mkdirSync(join(folder, 'b.part'));
    for (const name of ['a', 'b', 'none/c'])
      await expect(diskFiles.openPart(join(folder, name))).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('kept');
  });

  it('are refused before anything is written if the path is a folder or its folder is missing', async () => {
    mkdirSync(join(folder, 'd'));
    await expect(diskFiles.openPart(join(folder, 'd'))).rejects.toMatchObject({
      message: `${folder}/d cannot be written: it is a folder.`,
      state: 'Nothing was written.',
    });
    await expect(diskFiles.openPart(join(folder, 'none/c'))).rejects.toMatchObject({
      message: `${folder}/none/c cannot be written: the folder does not exist.`,
      state: 'Nothing was written.',
    });
    expect(readdirSync(folder)).toEqual(['d']);
  });
});
