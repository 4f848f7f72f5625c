import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostBuildContexts } from '../../../src/adapters/host/build-context/host-build-contexts.ts';
import type { ContextRequest } from '../../../src/ports/build/build-contexts.ts';

let folder = '';
let project = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'contexts-'));
  project = join(folder, 'project');
  mkdirSync(join(project, 'src'), { recursive: true });
  writeFileSync(join(project, 'src/a'), 'one');
  writeFileSync(join(project, 'b'), 'two');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

const open = (limit?: number): HostBuildContexts => new HostBuildContexts(join(folder, 'cache'), limit);
const request = (rest: Partial<ContextRequest> = {}): ContextRequest => ({
  ...{ project, context: '.', rules: 'all', enters: () => true, takes: () => true },
  groupOf: (path) => path.split('/')[0] ?? '',
  ...rest,
});

async function list(asked: ContextRequest): Promise<Record<string, string | number>> {
  const found: Record<string, string | number> = {};
  for await (const { path, content, link, mode } of open().read(asked)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content ?? []) chunks.push(chunk);
    found[path] =
      link === undefined ? (content === undefined ? mode & 0o777 : Buffer.concat(chunks).toString()) : `-> ${link}`;
  }
  return found;
}

describe('build contexts', () => {
  it('gives files, folders and links as they are, and leaves out fifos', async () => {
    chmodSync(join(project, 'src'), 0o750);
    symlinkSync('/etc/passwd', join(project, 'out'));
    execFileSync('mkfifo', [join(project, 'pipe')]);
    expect(await list(request())).toEqual({ b: 'two', out: '-> /etc/passwd', 'src/': 0o750, 'src/a': 'one' });
  });

  it('hashes contents, modes and links by group', async () => {
    const first = (await open().hash(request())).groups;
    expect(Object.keys(first)).toEqual(['b', 'src']);
    writeFileSync(join(project, 'src/a'), 'new');
    const second = (await open().hash(request())).groups;
    expect(second).toEqual({ b: first['b'], src: expect.not.stringMatching(first['src'] ?? '') });
    chmodSync(join(project, 'b'), 0o755);
    expect((await open().hash(request())).groups['b']).not.toBe(first['b']);
  });

  it('gives equal hashes in every clone: git keeps no folders, and few modes', async () => {
    const first = (await open().hash(request())).groups;
    chmodSync(join(project, 'b'), 0o600);
    chmodSync(join(project, 'src'), 0o770);
    mkdirSync(join(project, 'src/empty'));
    mkdirSync(join(project, 'empty'));
    expect((await open().hash(request())).groups).toEqual(first);
  });

  it('notices a change under the same size and date', async () => {
    const old = new Date('2020-01-01T00:00:00Z');
    utimesSync(join(project, 'b'), old, old);
    const first = (await open().hash(request())).groups;
    writeFileSync(join(project, 'b'), 'six');
    utimesSync(join(project, 'b'), old, old);
    expect((await open().hash(request())).groups['b']).not.toBe(first['b']);
  });

  it('trusts dates of files that were left alone for a while, and notices what is new or gone', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    const first = (await open().hash(request())).groups;
    let asked = 0;
    const counted = request({ takes: () => (asked += 1) > 0 });
    expect((await open().hash(counted)).groups).toEqual(first);
    expect(asked).toBe(0);
    writeFileSync(join(project, 'src/new'), 'three');
    expect((await open().hash(counted)).groups['src']).not.toBe(first['src']);
    rmSync(join(project, 'src/new'));
    expect((await open().hash(counted)).groups).toEqual(first);
  });

  it('does not trust the date of a file that was just written', async () => {
    await open().hash(request());
    expect(readdirSync(join(folder, 'cache/contexts')).filter((name) => !name.endsWith('.files.json'))).toEqual([]);
  });

  it('refuses a file behind a link that leads out of the project', async () => {
    mkdirSync(join(folder, 'outside'));
    writeFileSync(join(folder, 'outside/key'), 'secret');
    rmSync(join(project, 'src'), { recursive: true });
    symlinkSync(join(folder, 'outside'), join(project, 'src'));
    await expect(list(request({ context: 'src' }))).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining('leads out of the project'),
    });
  });

  it('lets the rest of the program have its turn while many rules leave everything out', async () => {
    for (let index = 0; index < 300; index += 1) writeFileSync(join(project, `src/${String(index)}`), '');
    const slow = (): boolean => {
      for (const begun = performance.now(); performance.now() - begun < 2;);
      return false;
    };
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    await open().hash(request({ takes: slow }));
    clearInterval(timer);
    expect(turns).toBeGreaterThan(4);
  });

  it('refuses a context of very many files, and says where they are', async () => {
    const many = join(project, 'node_modules');
    mkdirSync(many);
    execFileSync('sh', ['-c', 'seq 1200 | xargs touch'], { cwd: many });
    await expect(open(1_000).hash(request())).rejects.toMatchObject({
      code: 'CONTEXT_TOO_LARGE',
      message: expect.stringMatching(/has 1,204 files \(node_modules 1,201, src 2, b 1\), and at most 1,000/),
    });
    const without = request({ enters: (path) => path !== 'node_modules', takes: (path) => !path.startsWith('node_m') });
    expect(Object.keys((await open(1_000).hash(without)).groups)).toEqual(['b', 'src']);
  });
});
