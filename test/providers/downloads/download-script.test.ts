import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadScript } from '../../../src/providers/downloads/download-script.ts';
import { writeTar, type TarEntry } from '../../../src/model/tar/tar.ts';
import { makeZip } from '../../lab/make-zip.ts';

describe('the script of a download', () => {
  let root: string;
  const at = (path: string): string => join(root, path);
  const read = (path: string): string => readFileSync(at(path), 'utf8');

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'devenv-download-'));
    mkdirSync(at('usr/local/bin'), { recursive: true });
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** Runs it in a folder that stands for the image. */
  function run(
    content: Uint8Array | undefined,
    ...words: readonly string[]
  ): { status: number | null; output: string } {
    const file = join(root, 'file');
    if (content !== undefined) writeFileSync(file, content);
    const places = ['/.devenv-download', '/var/lib/devenv', '/usr/local/bin'];
    const text = places.reduce((script, place) => script.replaceAll(place, root + place), downloadScript);
    const args = words.map((word) => (word.startsWith('/') ? root + word : word));
    const env = { ...process.env, DEVENV_DOWNLOAD: file };
    const { status, stdout, stderr } = spawnSync('sh', ['-c', text, 'devenv', ...args], { env, encoding: 'utf8' });
    rmSync(at('.devenv-download'), { recursive: true, force: true });
    return { status, output: (stdout + stderr).replaceAll(root, '') };
  }

  const done = { status: 0, output: '' };

  const file = (path: string, text: string, mode = 0o644): TarEntry => ({
    ...{ path, mode, size: Buffer.byteLength(text), content: [Buffer.from(text)] },
  });
  const tar = async (...entries: readonly TarEntry[]): Promise<Buffer> =>
    Buffer.concat(await collect(writeTar(entries)));
  const release = (version: string, ...more: readonly TarEntry[]): Promise<Buffer> =>
    tar(
      { path: 'go/', mode: 0o755, size: 0 },
      { path: 'go/bin/', mode: 0o755, size: 0 },
      file('go/bin/go', `#!/bin/sh\necho ${version}\n`, 0o755),
      file('go/VERSION', version),
      ...more,
    );
  const pack = (program: string, bytes: Uint8Array): Buffer => spawnSync(program, ['-c'], { input: bytes }).stdout;

  it('puts a file with its mode at its path, or into a folder that is there', () => {
    expect(run(Buffer.from('one'), 'file', 'jq', '/usr/local/bin/jq', '0755')).toEqual(done);
    expect(read('usr/local/bin/jq')).toBe('one');
    expect(lstatSync(at('usr/local/bin/jq')).mode & 0o777).toBe(0o755);
    mkdirSync(at('opt'));
    expect(run(Buffer.from('two'), 'file', 'yq', '/opt', '0600')).toEqual(done);
    expect(lstatSync(at('opt/yq')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['tar', (bytes: Buffer) => bytes],
    ['gz', (bytes: Buffer) => gzipSync(bytes)],
    ['xz', (bytes: Buffer) => pack('xz', bytes)],
    ['zst', (bytes: Buffer) => pack('zstd', bytes)],
    ['bz2', (bytes: Buffer) => pack('bzip2', bytes)],
  ])('unpacks %s without its first folder, and links programs', async (_kind, compress) => {
    expect(run(compress(await release('1.24')), 'extract', 'go', '/opt/go', '1', 'bin/go')).toEqual(done);
    expect(readdirSync(at('opt/go')).sort()).toEqual(['VERSION', 'bin']);
    expect(spawnSync(at('usr/local/bin/go'), { encoding: 'utf8' }).stdout).toBe('1.24\n');
  });

  it('unpacks zip', () => {
    const zip = makeZip([
      ['tool-1/tool', 'x'],
      ['tool-1/doc/a b.txt', 'y'],
    ]);
    expect(run(zip, 'extract', 'tool', '/opt/tool', '1')).toEqual(done);
    expect([read('opt/tool/tool'), read('opt/tool/doc/a b.txt')]).toEqual(['x', 'y']);
  });

  it('decompresses a file that is no archive', () => {
    expect(run(gzipSync('program'), 'extract', 'analyzer', '/usr/local/bin/analyzer', '0')).toEqual(done);
    expect(read('usr/local/bin/analyzer')).toBe('program');
    expect(lstatSync(at('usr/local/bin/analyzer')).mode & 0o777).toBe(0o755);
  });

  it('replaces what it made before, and removes it: nothing more', async () => {
    run(gzipSync(await release('1.23', file('go/old', 'x'))), 'extract', 'go', '/opt/go', '1', 'bin/go');
    writeFileSync(at('opt/go/mine'), 'kept');
    expect(run(gzipSync(await release('1.24')), 'extract', 'go', '/opt/go', '1', 'bin/go')).toEqual(done);
    expect(readdirSync(at('opt/go')).sort()).toEqual(['VERSION', 'bin', 'mine']);
    expect(run(undefined, 'remove', 'go')).toEqual(done);
    expect(readdirSync(at('opt/go'))).toEqual(['mine']);
    expect(readdirSync(at('usr/local/bin'))).toEqual([]);
    expect(readdirSync(at('var/lib/devenv/downloads'))).toEqual([]);
  });

  it('takes over the same file that was put there by hand, so that it can be removed', () => {
    writeFileSync(at('usr/local/bin/jq'), 'one');
    run(Buffer.from('one'), 'file', 'jq', '/usr/local/bin/jq', '0755');
    expect(run(undefined, 'remove', 'jq')).toEqual(done);
    expect(existsSync(at('usr/local/bin/jq'))).toBe(false);
  });

  it('does not remove what replaced another file, but says what to do', () => {
    writeFileSync(at('usr/local/bin/jq'), 'of a package');
    run(Buffer.from('one'), 'file', 'jq', '/usr/local/bin/jq', '0755');
    run(Buffer.from('two'), 'file', 'jq', '/usr/local/bin/jq', '0755');
    expect(run(undefined, 'remove', 'jq')).toEqual({
      status: 1,
      output: 'jq replaced /usr/local/bin/jq, which only a clean build brings back. Run: devenv build --clean\n',
    });
    expect(read('usr/local/bin/jq')).toBe('two');
  });

  it('keeps the files of others in the folder, and does not write through links', async () => {
    mkdirSync(at('opt/go/bin'), { recursive: true });
    writeFileSync(at('opt/go/other'), 'kept');
    writeFileSync(at('secret'), 'kept');
    symlinkSync(at('secret'), at('opt/go/VERSION'));
    expect(run(await release('1.24'), 'extract', 'go', '/opt/go', '1')).toEqual(done);
    expect([read('opt/go/other'), read('secret'), read('opt/go/VERSION')]).toEqual(['kept', 'kept', '1.24']);
  });

  const link = (path: string, target: string): TarEntry => ({ path, mode: 0o777, size: 0, link: target });

  it('keeps links within the archive', async () => {
    const more = [link('go/bin/go2', 'go'), link('go/v', 'bin/../VERSION'), link('go/gone', 'nowhere')];
    expect(run(await release('1.24', ...more), 'extract', 'go', '/opt/go', '1')).toEqual(done);
    expect(read('opt/go/v')).toBe('1.24');
  });

  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    ['a path with ..', () => release('1', file('go/../../evil', 'x')), /leads out of its folder/],
    ['an absolute path', () => release('1', file('/evil', 'x')), /leads out of its folder/],
    ['a zip with ..', () => makeZip([['../evil', 'x']]), /leads out of its folder/],
    ['an absolute link', () => release('1', link('go/l', '/etc/passwd')), /a link in it leads out/],
    ['a link out', () => release('1', link('go/l', '../../etc')), /a link in it leads out/],
    [
      'a link out over a folder',
      () => release('1', link('go/bin/here', '..'), link('go/l', 'bin/here/../../x')),
      /leads out/,
    ],
    ['a link, then a file through it', () => release('1', link('go/l', '/tmp'), file('go/l/evil', 'x')), /refused/],
    ['a bomb', () => gzipSync(Buffer.alloc(150 * 1024 * 1024)), /more than a hundred times its size/],
    ['a bomb of xz', () => pack('xz', Buffer.alloc(150 * 1024 * 1024)), /more than a hundred times its size/],
    ['half a file', async () => gzipSync(await release('1')).subarray(0, 100), /is not whole/],
    ['half a zip', () => makeZip([['a', 'x'.repeat(1000)]]).subarray(0, 500), /not a whole zip archive/],
    ['a page of a portal', () => Buffer.from('<!DOCTYPE html><html>'), /is no archive that devenv unpacks/],
  ])('refuses %s, whole', async (_title, make, why) => {
    const { status, output } = run(await make(), 'extract', 'go', '/opt/go', '1');
    expect(status).toBe(1);
    expect(output).toMatch(why);
    expect(readdirSync(root).sort()).toEqual(expect.not.arrayContaining(['opt', 'evil']));
    expect(existsSync('/evil') || existsSync('/tmp/evil')).toBe(false);
  });

  it('names the program that the image does not have, and its package', () => {
    const tools = join(root, 'tools');
    mkdirSync(tools);
    for (const tool of ['sh', 'rm', 'mkdir', 'wc', 'head', 'od', 'tr', 'cp', 'cat']) {
      writeFileSync(join(tools, tool), `#!/bin/sh\nexec /usr/bin/${tool} "$@"\n`);
      chmodSync(join(tools, tool), 0o755);
    }
    const path = process.env['PATH'];
    process.env['PATH'] = tools;
    const { status, output } = run(makeZip([['a', 'x']]), 'extract', 'tool', '/opt/tool', '0');
    process.env['PATH'] = path;
    expect([status, output]).toEqual([
      1,
      'tool needs unzip, which this image does not have. Add unzip to packages.apt in devenv.yaml.\n',
    ]);
  });

  it('lists the files of an archive that has no such program', async () => {
    const { status, output } = run(await release('1'), 'extract', 'go', '/opt/go', '1', 'bin/gofmt');
    expect([status, output]).toEqual([1, 'go has no program bin/gofmt. Its files are: VERSION bin/go \n']);
  });
});

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}
