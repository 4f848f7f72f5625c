import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findProject } from '../../src/environment/find.ts';
import { NodeHostFiles } from '../../src/adapters/host/node-host-files.ts';

describe('findProject', () => {
  const files = new NodeHostFiles();
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'devenv-find-'));
    mkdirSync(join(root, 'project/a/b'), { recursive: true });
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const file = (): string => join(root, 'project/devenv.yaml');

  it('walks up to the nearest devenv.yaml', async () => {
    writeFileSync(file(), '');
    writeFileSync(join(root, 'devenv.yaml'), '');
    const found = { folder: join(root, 'project'), file: file() };
    expect(await findProject(files, join(root, 'project/a/b'))).toEqual(found);
    expect(await findProject(files, join(root, 'project'))).toEqual(found);
  });

  it('says where it looked', async () => {
    await expect(findProject(files, join(root, 'project/a'))).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      exitCode: 3,
    });
  });

  it('says that the folder itself does not exist', async () => {
    const failed = findProject(files, join(root, 'projekt'));
    await expect(failed).rejects.toMatchObject({
      code: 'CONFIG_NOT_FOUND',
      message: `There is no folder ${join(root, 'projekt')}.`,
    });
  });

  it('takes a link that stays in the project', async () => {
    writeFileSync(join(root, 'project/a/real.yaml'), '');
    symlinkSync('a/real.yaml', file());
    expect(await findProject(files, join(root, 'project'))).toMatchObject({ file: file() });
  });

  it('takes a project behind a link by its real path: it is the same project', async () => {
    writeFileSync(file(), '');
    symlinkSync('project', join(root, 'link'));
    expect(await findProject(files, join(root, 'link/a'))).toMatchObject({ folder: join(root, 'project') });
  });

  it.each([
    ['a link that leaves the project', () => symlinkSync('/etc/passwd', file()), 'leaves the project'],
    [
      'a link to a like-named sibling',
      () => {
        mkdirSync(join(root, 'project-2'));
        writeFileSync(join(root, 'project-2/x'), '');
        symlinkSync('../project-2/x', file());
      },
      'leaves the project',
    ],
    ['a folder', () => mkdirSync(file()), 'a folder'],
    ['a fifo', () => execFileSync('mkfifo', [file()]), 'a fifo'],
    ['a device', () => symlinkSync('/dev/zero', file()), 'a device'],
  ])('refuses %s', async (_name, make, message) => {
    make();
    await expect(findProject(files, join(root, 'project'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      exitCode: 3,
      message: expect.stringContaining(message) as string,
    });
  });
});
