import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openFeatureArchives } from '../../../src/adapters/oci/feature-archives.ts';
import { RegistryArchives } from '../../../src/adapters/oci/registry-archives.ts';
import { RegistryTokens } from '../../../src/adapters/oci/registry-tokens.ts';
import { DevenvError } from '../../../src/errors/devenv-error.ts';
import { noProxies } from '../../../src/model/network/proxies.ts';
import type { Digest } from '../../../src/model/version.ts';
import type { Cache, CachedFile } from '../../../src/ports/cache.ts';
import type { RegistryAuth } from '../../../src/ports/registry.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from './serve.ts';

const sha256 = (bytes: string | Buffer): Digest => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const folder = mkdtempSync(join(tmpdir(), 'archives-'));
const archive = Buffer.from('an archive');

function printManifest(parts: object = {}, layer: object = {}): string {
  return JSON.stringify({
    schemaVersion: 2,
    config: { mediaType: 'application/vnd.devcontainers', digest: sha256('{}'), size: 2 },
    layers: [
      {
        mediaType: 'application/vnd.devcontainers.layer.v1+tar',
        digest: sha256(archive),
        size: archive.length,
        ...layer,
      },
    ],
    ...parts,
  });
}

/** A cache of one folder. */
function openCache(): Cache {
  const files = new Map<string, CachedFile>();
  return {
    find: (name) => Promise.resolve(files.get(name)),
    put: async (name, make) => {
      const path = join(folder, name.replaceAll('/', '-'));
      await make(path);
      const bytes = readFileSync(path);
      const read = async function* (): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(bytes);
      };
      const file = { path, size: bytes.length, made: 0, digest: sha256(bytes), read };
      files.set(name, file);
      return file;
    },
    alone: (_name, work) => work(),
  };
}

interface World {
  readonly host: string;
  readonly requests: readonly string[];
  readonly fetch: (name?: string, digest?: Digest) => ReturnType<RegistryArchives['fetch']>;
}

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]();
});

/** A registry of this machine. `answer`: what it does in place of the usual. */
async function openWorld(
  answer: (request: IncomingMessage, response: ServerResponse, host: string) => boolean,
  options: { readonly login?: RegistryAuth; readonly refuse?: (host: string) => Error | undefined } = {},
): Promise<World> {
  const requests: string[] = [];
  const server = await serve((request, response) => {
    const { url = '', headers } = request;
    requests.push(`${url}${headers.authorization === undefined ? '' : ` (${headers.authorization})`}`);
    if (answer(request, response, server.host)) return;
    if (url.includes('/manifests/')) response.end(printManifest());
    else response.end(url.includes('/blobs/') ? archive : '');
  });
  open.push(server);
  const { refuse } = options;
  const archives = new RegistryArchives({
    tokens: new RegistryTokens({ refuse, isInsecure: () => Promise.resolve(true), env: {}, note: () => undefined }),
    registry: { findAuth: () => Promise.resolve(options.login && { ...options.login, server: server.host }) },
    cache: openCache(),
    refuse,
  });
  return {
    host: server.host,
    requests,
    fetch: (name = 'f/go:1', digest) => archives.fetch(`${server.host}/${name}`, digest),
  };
}

const usual = (): boolean => false;
const own = new DevenvError('FEATURE_INVALID', 'this machine');

describe('Features of a registry', () => {
  it('are fetched without a login, and by digest from the cache', async () => {
    const world = await openWorld(usual);
    const digest = sha256(printManifest());
    expect(await world.fetch()).toEqual({ digest, bytes: archive });
    expect(world.requests).toEqual(['/v2/', '/v2/f/go/manifests/1', `/v2/f/go/blobs/${sha256(archive)}`]);
    expect((await world.fetch('f/go:1', digest)).bytes).toEqual(archive);
    expect(world.requests).toHaveLength(3);
    await world.fetch('f/go');
    expect(world.requests[3]).toBe('/v2/f/go/manifests/latest');
  });

  it('are asked for by the digest that a version records', async () => {
    const digest = sha256(printManifest());
    const world = await openWorld(usual);
    await world.fetch('f/go:1', digest);
    await world.fetch(`f/other@${digest}`);
    expect(world.requests.filter((one) => one.includes('manifests'))).toEqual([
      `/v2/f/go/manifests/${digest}`,
      `/v2/f/other/manifests/${digest}`,
    ]);
  });

  it('get a token for what is public, and one for a login', async () => {
    const world = (login?: RegistryAuth): Promise<World> =>
      openWorld(({ url = '', headers }, response, host) => {
        if (url.startsWith('/token')) response.end(JSON.stringify({ token: 'abc' }));
        else if (headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${host}/token",service="reg"` }).end();
        else return false;
        return true;
      }, login && { login }); // prettier-ignore
    const anonymous = await world();
    await anonymous.fetch();
    expect(anonymous.requests[1]).toBe('/token?client_id=devenv&service=reg&scope=repository%3Af%2Fgo%3Apull');
    expect(anonymous.requests[2]).toBe('/v2/f/go/manifests/1 (Bearer abc)');
    const ada = await world({ username: 'ada', password: 'secret', server: '' });
    await ada.fetch();
    expect(ada.requests[1]).toContain('account=ada (Basic YWRhOnNlY3JldA==)');
  });

  it('get a plain login where the registry asks for one', async () => {
    const world = await openWorld(
      ({ headers }, response) => {
        if (headers.authorization !== undefined) return false;
        response.writeHead(401, { 'www-authenticate': 'Basic realm="reg"' }).end();
        return true;
      },
      { login: { username: 'ada', password: 'secret', server: '' } },
    );
    await world.fetch();
    expect(world.requests[1]).toBe('/v2/f/go/manifests/1 (Basic YWRhOnNlY3JldA==)');
  });

  it('follow a redirect of the archive without any login', async () => {
    const store: string[] = [];
    const other = await serve((request, response) => {
      store.push(`${request.url ?? ''} ${request.headers.authorization ?? 'none'}`);
      response.end(archive);
    });
    open.push(other);
    const login = { username: 'ada', password: 'secret', server: '' };
    const world = await openWorld(
      ({ url = '', headers }, response) => {
        if (headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': 'Basic realm="reg"' }).end();
        else if (url.includes('/blobs/'))
          response.writeHead(307, { location: `http://${other.host}/store?sig=1` }).end();
        else return false;
        return true;
      },
      { login },
    );
    expect((await world.fetch()).bytes).toEqual(archive);
    expect(store).toEqual(['/store?sig=1 none']);
  });

  it('follow no redirect of a manifest, and none to this machine', async () => {
    const moved = await openWorld(({ url = '' }, response) => {
      if (!url.includes('/manifests/')) return false;
      response.writeHead(302, { location: 'http://files.example.test/' }).end();
      return true;
    });
    await expect(moved.fetch()).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    const inner = await openWorld(
      ({ url = '' }, response) => {
        if (url.includes('/blobs/')) response.writeHead(307, { location: 'http://localhost:9/x' }).end();
        return url.includes('/blobs/');
      },
      { refuse: (host) => (host === 'localhost' ? own : undefined) },
    );
    await expect(inner.fetch()).rejects.toBe(own);
  });

  it.each(['127.0.0.1', 'localhost', 'localhost.'])(
    'are never asked of %s, this machine itself, nor is its token',
    async (name) => {
      const world = await openWorld(({ url = '' }, response, host) => {
        const port = host.replace(/.*:/, '');
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${name}:${port}/token"` }).end();
        return url !== '';
      });
      const shop = openFeatureArchives({
        ...{ cache: openCache(), proxies: noProxies, env: {}, note: () => undefined },
        registry: { findAuth: () => Promise.resolve(undefined) },
        isInsecure: () => Promise.resolve(true),
      });
      const port = world.host.replace(/.*:/, '');
      for (const source of [`${name}:${port}/f/go:1`, `http://${name}:${port}/go.tgz`])
        await expect(shop.fetch(source, undefined)).rejects.toMatchObject({
          exitCode: 3,
          message: expect.stringContaining('this machine itself'),
        });
      expect(world.requests).toEqual([]);
    },
  );

  it.each<readonly [string, string, string]>([
    [
      'another layer than a Feature has',
      printManifest({}, { mediaType: 'application/vnd.oci.image.layer.v1.tar' }),
      'FEATURE_INVALID',
    ],
    [
      'the config of an image',
      printManifest({ config: { mediaType: 'application/vnd.oci.image.config.v1+json' } }),
      'FEATURE_INVALID',
    ],
    ['no layers', printManifest({ layers: [] }), 'FEATURE_INVALID'],
    ['null as a layer', printManifest({ layers: [null] }), 'FEATURE_INVALID'],
    ['a digest that is a path', printManifest({}, { digest: '../../x' }), 'FEATURE_INVALID'],
    ['a giant archive', printManifest({}, { size: 10 ** 11 }), 'FEATURE_INVALID'],
    ['text', '<html>', 'FEATURE_INVALID'],
    ['null', 'null', 'FEATURE_INVALID'],
    ['another archive than it says', printManifest({}, { digest: sha256('other') }), 'CONTENT_MISMATCH'],
    ['10 MB of manifest', `{"x": "${'x'.repeat(10 * 1024 ** 2)}"}`, 'REGISTRY_UNREACHABLE'],
  ])(
    'are refused with %s',
    async (_, text, code) => {
      const world = await openWorld(({ url = '' }, response) => {
        if (url.includes('/manifests/')) response.end(text);
        return url.includes('/manifests/');
      });
      await expect(world.fetch()).rejects.toMatchObject({ code });
    },
    20_000,
  );

  it('are refused if the manifest is not the recorded one', async () => {
    const world = await openWorld(usual);
    await expect(world.fetch('f/go:1', sha256('other'))).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
    await expect(world.fetch(`f/go@${sha256('other')}`)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it.each([
    [404, 'FEATURE_INVALID', 3],
    [403, 'REGISTRY_DENIED', 5],
    [418, 'REGISTRY_UNREACHABLE', 5],
  ])('end with what a status of %i means', async (status, code, exitCode) => {
    const world = await openWorld(({ url = '' }, response) => {
      if (url.includes('/manifests/')) response.writeHead(status).end();
      return url.includes('/manifests/');
    });
    await expect(world.fetch()).rejects.toMatchObject({ code, exitCode });
  });
});

process.on('exit', () => {
  rmSync(folder, { recursive: true, force: true });
});
