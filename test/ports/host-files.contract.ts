import { expect, it } from 'vitest';
import type { HostFiles } from '../../src/ports/host-files.ts';

/** What every adapter of `HostFiles` does. `folder`: an empty folder of that adapter. */
export function checkHostFiles(subject: () => { readonly files: HostFiles; readonly folder: string }): void {
  it('reads what it wrote, and nothing if there is no such file', async () => {
    const { files, folder } = subject();
    await files.writeAtomic(`${folder}/a`, '\uFEFFhé\r\n');
    expect(await files.readText(`${folder}/a`, 100)).toBe('\uFEFFhé\r\n');
    await files.writeAtomic(`${folder}/a`, 'new');
    expect(await files.readText(`${folder}/a`, 100)).toBe('new');
    expect(await files.readText(`${folder}/b`, 100)).toBeUndefined();
    expect(await files.readText(`${folder}/a/b`, 100)).toBeUndefined();
  });

  it('refuses to read a folder, and a file over the limit', async () => {
    const { files, folder } = subject();
    await files.writeAtomic(`${folder}/long`, '12345');
    expect(await files.readText(`${folder}/long`, 5)).toBe('12345');
    await expect(files.readText(`${folder}/long`, 4)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      data: { limit: 4 },
    });
    await expect(files.readText(folder, 4)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  it('hashes the bytes of a file', async () => {
    const { files, folder } = subject();
    await files.writeAtomic(`${folder}/abc`, 'abc');
    expect(await files.hash(`${folder}/abc`)).toMatch(/^ba7816bf8f01cfea/);
    expect(await files.hash(`${folder}/none`)).toBeUndefined();
  });

  it('makes a folder with those above it, and tells what is at a path', async () => {
    const { files, folder } = subject();
    for (let turn = 0; turn < 2; turn += 1) await files.makeFolder(`${folder}/one/two`);
    await files.writeAtomic(`${folder}/one/two/file`, '');
    expect(await files.kindOf(`${folder}/one`)).toBe('folder');
    expect(await files.kindOf(`${folder}/one/two/file`)).toBe('file');
    expect(await files.kindOf(`${folder}/none`)).toBeUndefined();
    expect(await files.realPath(`${folder}/none`)).toBeUndefined();
    expect(await files.realPath(`${folder}/one/two/file`)).toMatch(/\/one\/two\/file$/);
  });

  it('lists the names of a folder, as many as are asked for', async () => {
    const { files, folder: above } = subject();
    const folder = `${above}/listed`;
    await files.makeFolder(folder);
    for (const name of ['b', 'a', 'c']) await files.writeAtomic(`${folder}/${name}`, '');
    await files.makeFolder(`${folder}/d/e`);
    expect(await files.list(folder, 10, folder)).toEqual(['a', 'b', 'c', 'd']);
    expect(await files.list(folder, 2, folder)).toHaveLength(2);
    expect(await files.list(`${folder}/d`, 10, folder)).toEqual(['e']);
    expect(await files.list(`${folder}/none`, 10, folder)).toEqual([]);
    expect(await files.list(`${folder}/a`, 10, folder)).toEqual([]);
  });

  it('knows a folder by another name again, and no other one', async () => {
    const { files, folder } = subject();
    await files.makeFolder(`${folder}/one`);
    await files.makeFolder(`${folder}/two`);
    const identity = await files.identify(`${folder}/one`);
    expect(identity).toBe(await files.identify(`${folder}/one`));
    expect(identity).not.toBe(await files.identify(`${folder}/two`));
    expect(await files.identify(`${folder}/none`)).toBeUndefined();
  });

  it('refuses to write where there is no folder', async () => {
    const { files, folder } = subject();
    const written = files.writeAtomic(`${folder}/none/file`, 'x');
    await expect(written).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  });
}
