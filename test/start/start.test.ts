import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, runDevenv } from '../run-devenv.ts';

const argv = ['config', 'schema'];

/** The one file of compiled code below a cache folder. */
function findCode(cache: string, command = 'config'): string {
  const files = readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.includes('code/') && file.endsWith(`/${command}`),
  );
  expect(files).toHaveLength(1);
  return join(cache, files[0] ?? '');
}

describe('compiled code', () => {
  it('is kept by the first run and used by the next', async () => {
    using cache = makeFolder();
    const env = { XDG_CACHE_HOME: cache.path };
    const first = await runDevenv(argv, { env });
    const code = findCode(cache.path);
    const { ino, mode } = statSync(code);
    expect(mode & 0o777).toBe(0o600);
    expect(await runDevenv(argv, { env })).toEqual(first);
    expect(statSync(code).ino).toBe(ino);
  });

  it.each([
    [
      'a flipped byte',
      (bytes: Buffer) => bytes.fill((bytes[bytes.length >> 1] ?? 0) ^ 0x55, bytes.length >> 1, (bytes.length >> 1) + 1),
    ],
    ['half of it', (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1)],
    ['nothing', () => Buffer.alloc(0)],
    ['zeros', (bytes: Buffer) => Buffer.alloc(bytes.length)],
  ])('is made anew where the file holds %s', async (_, damage) => {
    using cache = makeFolder();
    const env = { XDG_CACHE_HOME: cache.path };
    const first = await runDevenv(argv, { env });
    const code = findCode(cache.path);
    const whole = readFileSync(code);
    writeFileSync(code, damage(Buffer.from(whole)));
    const { ino } = statSync(code);
    expect(await runDevenv(argv, { env })).toEqual(first);
    expect(statSync(code).ino).not.toBe(ino);
    expect(statSync(code).size).toBeGreaterThan(1000);
  });

  it('stays as it is when projects that use other parts take turns', async () => {
    using cache = makeFolder();
    using plain = makeFolder();
    using composed = makeFolder();
    const env = { XDG_CACHE_HOME: cache.path };
    writeFileSync(join(plain.path, 'devenv.yaml'), 'version: 1\nname: plain\nbase: debian:12\n');
    writeFileSync(join(composed.path, 'devenv.yaml'), 'version: 1\nname: shop\nbase: debian:12\ncompose: c.yaml\n');
    writeFileSync(join(composed.path, 'c.yaml'), 'services: {db: {image: "db:1"}}\n');
    const inodes: number[] = [];
    for (const { path } of [plain, composed, plain, composed]) {
      expect(await runDevenv(['history'], { cwd: path, env })).toMatchObject({ status: 0 });
      inodes.push(statSync(findCode(cache.path, 'history')).ino);
    }
    expect(inodes[1]).not.toBe(inodes[0]);
    expect(inodes.slice(2)).toEqual([inodes[1], inodes[1]]);
  });

  it('is not taken from a file that others can write', async () => {
    using cache = makeFolder();
    const env = { XDG_CACHE_HOME: cache.path };
    await runDevenv(argv, { env });
    const code = findCode(cache.path);
    chmodSync(code, 0o666);
    expect((await runDevenv(argv, { env })).status).toBe(0);
    expect(statSync(code).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['a home folder that is missing', (folder: string) => ({ HOME: join(folder, 'nobody') })],
    ['a home folder in which nothing can be made', () => ({ HOME: '/proc' })],
    ['no home folder at all', () => ({ HOME: undefined })],
    ['a cache folder that is a file', (folder: string) => ({ XDG_CACHE_HOME: join(folder, 'file') })],
    ['a relative cache folder', () => ({ XDG_CACHE_HOME: 'cache', HOME: undefined })],
    ['a place taken by a folder', (folder: string) => ({ XDG_CACHE_HOME: folder })],
  ])('is done without where there is %s', async (_, environment) => {
    using folder = makeFolder();
    writeFileSync(join(folder.path, 'file'), '');
    mkdirSync(join(folder.path, 'devenv'));
    writeFileSync(join(folder.path, 'devenv/code'), '');
    const { status, stderr } = await runDevenv(argv, { cwd: folder.path, env: environment(folder.path) });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(folder.path).sort()).toEqual(['devenv', 'file']);
  });

  it('does not hold what runs programs of the host after a command that ran none', async () => {
    using folder = makeFolder();
    const env = { XDG_CACHE_HOME: join(folder.path, 'cache') };
    expect(await runDevenv(['init'], { cwd: folder.path, env })).toMatchObject({ status: 0 });
    const code = readFileSync(findCode(folder.path, 'init'), 'latin1');
    const chunks = readFileSync(resolve(import.meta.dirname, '../../dist/start.cjs'), 'latin1');
    for (const [name, kept] of [
      ['./wire-', true],
      ['./node-processes-', false],
    ] as const) {
      expect(chunks).toContain(name);
      expect(code.includes(name)).toBe(kept);
    }
  });

  it('is not kept for words that are no command', async () => {
    using cache = makeFolder();
    await runDevenv(['../../evil'], { env: { XDG_CACHE_HOME: cache.path } });
    await runDevenv(['nonsense'], { env: { XDG_CACHE_HOME: cache.path } });
    expect(readdirSync(cache.path)).toEqual([]);
  });
});
