import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeHostFiles } from '../../../src/adapters/host/node-host-files.ts';
import { openProjectFile } from '../../../src/image/steps/open-project-file.ts';

describe('openProjectFile', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-file-'));
    await mkdir(join(folder, 'project'));
    await writeFile(join(folder, 'secret'), 'outside');
    await writeFile(join(folder, 'project/a'), 'inside');
  });

  afterEach(async () => rm(folder, { recursive: true }));

  async function read(path: string, hash?: string): Promise<string> {
    const { content } = await openProjectFile(new NodeHostFiles(), join(folder, 'project'), path, hash);
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  it('reads a file, and through links within the project', async () => {
    await symlink('a', join(folder, 'project/link'));
    expect(await read('link', createHash('sha256').update('inside').digest('hex'))).toBe('inside');
  });

  it('refuses what leads out, is no file, or is not there', async () => {
    await symlink('../secret', join(folder, 'project/out'));
    await symlink('..', join(folder, 'project/up'));
    await mkdir(join(folder, 'project/folder'));
    execFileSync('mkfifo', [join(folder, 'project/fifo')]);
    for (const path of ['out', '../secret', 'up/secret', 'folder', 'fifo', 'missing']) {
      await expect(read(path), path).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    }
  });

  it('notices that the content is not the one that was hashed', async () => {
    await expect(read('a', '00')).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });
});
