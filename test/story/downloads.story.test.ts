import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeTar, type TarEntry } from '../../src/model/tar/tar.ts';
import type { Drift } from '../../src/model/drift.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { openProject, type Project } from './project.ts';

const program = (text: string): Buffer => Buffer.from(`#!/bin/sh\necho ${text}\n`);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function release(...entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeTar(entries)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

describeInLab('Downloads', (lab) => {
  let project: Project;
  let server: FileServer;
  const lock = async (): Promise<string> => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
  const go = (bytes: Buffer): TarEntry => ({ path: 'go/bin/go', mode: 0o755, size: bytes.length, content: [bytes] });
  const declare = (...entries: readonly string[]): Promise<void> =>
    project.declare(`downloads:\n${entries.map((entry) => `  - {${entry}}\n`).join('')}`);
  const jq = (): string => `name: jq, url: "${server.url}/jq"`;
  const goArchive = (): string =>
    `name: go, url: {any: "${server.url}/go.tgz"}, extract: true, strip: 1, bin: [bin/go]`;

  beforeAll(async () => {
    server = await startFileServer(lab.registry.host.split(':')[0] ?? '');
    server.files.set('/jq', program('jq 1'));
    server.files.set('/go.tgz', await release(go(program('go 1'))));
    project = await openProject(lab.machines.a, 'downloads', {
      env: { XDG_CACHE_HOME: join(lab.folder, 'downloads-cache') },
    });
    await declare(jq(), goArchive());
  });

  afterAll(async () => {
    await project.remove();
    await server.stop();
  });

  it('are in the image, and their sha256 is in the lock', async () => {
    await project.run('up', '--yes');
    expect(await project.run('exec', 'sh', '-c', 'jq; go')).toBe('jq 1\ngo 1\n');
    expect(await lock()).toContain(`jq.sha256.any: "${sha256(program('jq 1'))}"`);
    expect(await lock()).toContain(`go.url.any: ${server.url}/go.tgz`);
    expect((await project.json<Drift>('drift')).paths).toBe(0);
    // Once each: the cache has them from then on.
    expect(server.requests).toEqual(['/jq', '/go.tgz']);
  });

  it('are made again by a clean build without another download', async () => {
    const checked = await project.json<{ identical: boolean }>('build', '--clean', '--check');
    expect(checked.identical).toBe(true);
    expect(server.requests).toHaveLength(2);
  });

  it('that a person makes are explained', async () => {
    await project.run(
      'exec',
      '--root',
      'sh',
      '-c',
      'echo x >/usr/local/bin/yq; mkdir -p /opt/sdk; echo y >/opt/sdk/tool',
    );
    const text = await project.run('drift');
    expect(text).toMatch(/\+\/usr\/local\/bin\/yq/);
    expect(text).toContain('if it was downloaded, `downloads` in devenv.yaml can declare it');
    await project.run('reset', '--yes');
  });

  it('are refused with status 11 if their content changed, with nothing half-made', async () => {
    server.files.set('/jq', program('jq 2'));
    const [before, containers] = [await lock(), await project.containers()];
    const env = { XDG_CACHE_HOME: join(lab.folder, 'empty-cache') };
    const { status, stderr } = await project.attempt(['build', '--clean', '--no-cache', '--yes'], { env });
    expect(status).toBe(11);
    expect(stderr).toContain(`${server.url}/jq`);
    expect(stderr).toContain(sha256(program('jq 1')));
    expect(stderr).toContain(sha256(program('jq 2')));
    expect([await lock(), await project.containers(), await project.builders()]).toEqual([before, containers, []]);
  });

  it('are taken anew by --update', async () => {
    await project.run('build', '--clean', '--update', '--yes');
    expect(await lock()).toContain(sha256(program('jq 2')));
    await project.run('up', '--yes');
    expect(await project.run('exec', 'jq')).toBe('jq 2\n');
  });

  it('are removed on top, and only what changed runs again', async () => {
    server.files.set('/go-2.tgz', await release(go(program('go 2'))));
    await declare(goArchive().replace('go.tgz', 'go-2.tgz'));
    const plan = await project.json<{ steps: readonly { id: string; title: string }[] }>('plan');
    expect(plan.steps.map(({ id, title }) => `${id}: ${title}`)).toEqual([
      'download:remove: remove jq',
      'download: download go',
    ]);
    await project.run('up', '--yes');
    expect(await project.run('exec', 'sh', '-c', 'go; command -v jq; ls /usr/local/bin')).toBe('go 2\ngo\n');
    expect(await lock()).not.toContain('jq.sha256');
  });

  it('that are gone end with status 5', async () => {
    await declare(goArchive().replace('go.tgz', 'go-3.tgz'));
    const before = await lock();
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status).toBe(5);
    expect(stderr).toContain(`There is no file at ${server.url}/go-3.tgz`);
    expect(await lock()).toBe(before);
  });

  it('that are bombs are refused as a failed step', async () => {
    server.files.set('/bomb.tgz', gzipSync(Buffer.alloc(150 * 1024 * 1024)));
    await declare(goArchive().replace('go.tgz', 'bomb.tgz'));
    const before = await lock();
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status).toBe(8);
    expect(stderr).toContain('more than a hundred times its size');
    expect([await lock(), await project.builders()]).toEqual([before, []]);
  });
});
