import { createHash } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { connectEngine } from '../../../../src/adapters/docker/connection/connect-engine.ts';
import type { DevenvError } from '../../../../src/errors/devenv-error.ts';
import type { Images } from '../../../../src/ports/images.ts';
import { serve } from '../../oci/serve.ts';
import { FakeDaemon, type Behaviour } from '../fake-daemon.ts';

/** An engine whose pulls fail with 429 so often, and the registry that it means. */
async function pull(failures: number, retryAfter: string) {
  let pulls = 0;
  await using registry = await serve(({ url = '' }, response) => {
    if (url === '/v2/') response.end('{}');
    else response.writeHead(429, { 'Retry-After': retryAfter }).end();
  });
  const behave: Behaviour = ({ method }, response) => {
    if (method !== 'POST') return void response.end('{"Id":"sha256:1"}');
    pulls += 1;
    const last = pulls > failures ? { status: 'Status: Downloaded' } : { error: 'toomanyrequests: slow down' };
    response.end(`${JSON.stringify(last)}\n`);
  };
  await using daemon = await FakeDaemon.start(behave);
  const said: string[] = [];
  const note = (line: string): void => void said.push(line);
  const engine = await connectEngine({ flag: daemon.address, env: {}, home: '/nowhere', note });
  const begun = performance.now();
  const failure: unknown = await engine.images.pull(`${registry.host}/x:1`, {}).then(
    () => undefined,
    (error: unknown) => error,
  );
  engine.close();
  return { failure, said, host: registry.host, seconds: (performance.now() - begun) / 1_000, pulls };
}

it('waits as long as a busy registry asks, and says so', async () => {
  const { failure, said, host, seconds, pulls } = await pull(1, '2');
  expect(failure).toBeUndefined();
  expect(said).toEqual([`${host} received too many requests: waiting 2 s, as it asks.`]);
  expect(seconds).toBeGreaterThan(1.9);
  expect(pulls).toBe(2);
});

it('does not wait for hours', async () => {
  const { failure, seconds, pulls } = await pull(9, '3600');
  expect(failure).toMatchObject({ code: 'REGISTRY_UNREACHABLE', exitCode: 5 });
  expect(seconds).toBeLessThan(2);
  expect(pulls).toBe(1);
});

it('gives up on a registry that does not answer the engine, and names it', async () => {
  const { setTimeout: wait } = globalThis;
  // Two minutes in two tenths of a second.
  vi.stubGlobal('setTimeout', (call: () => void, time = 0) => wait(call, time > 10_000 ? time / 600 : time));
  try {
    const silent: Behaviour = ({ method }, response) => {
      if (method !== 'POST') response.end('{"Id":"sha256:1"}');
    };
    await using daemon = await FakeDaemon.start(silent);
    const failed = (await daemon.connect()).images.pull('registry.test/x:1', {});
    await expect(failed).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: 'The registry of registry.test/x:1 does not answer in time.',
    });
  } finally {
    vi.unstubAllGlobals();
  }
});

it.each([
  ['a tag', ':1', 200, 'manifest', `sha256:${digestOf('manifest')}`],
  ['a digest', `@sha256:${digestOf('manifest')}`, 200, 'manifest', `sha256:${digestOf('manifest')}`],
  ['what is not there', ':1', 404, '{}', undefined],
])('asks a registry itself for the digest of %s, without the engine', async (_what, end, status, body, digest) => {
  await using registry = await serve(({ url = '' }, response) => {
    if (url === '/v2/') response.end('{}');
    else response.writeHead(status, { 'Docker-Content-Digest': 'sha256:of-somebody-else' }).end(body);
  });
  await using daemon = await FakeDaemon.start((_request, response) => void response.end('{}'));
  const { images } = await daemon.connect();
  expect(await images.resolveDigest(`${registry.host}/shop/env${end}`)).toBe(digest);
  expect(daemon.calls.filter((call) => /distribution/.test(call))).toEqual([]);
});

it.each([
  [200, 'another manifest', 'CONTENT_MISMATCH'],
  [403, '{}', 'REGISTRY_DENIED'],
  [400, '{}', 'REGISTRY_UNREACHABLE'],
])('takes no digest from an answer %s "%s"', async (status, body, code) => {
  await using registry = await serve(({ url = '' }, response) => {
    if (url === '/v2/') response.end('{}');
    else response.writeHead(status).end(body);
  });
  await using daemon = await FakeDaemon.start((_request, response) => void response.end('{}'));
  const { images } = await daemon.connect();
  const asked = images.resolveDigest(`${registry.host}/shop/env@sha256:${digestOf('manifest')}`);
  await expect(asked).rejects.toMatchObject({ code, exitCode: code === 'CONTENT_MISMATCH' ? 11 : 5 });
});

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Asks a registry that answers so, through an engine that is not asked. */
async function askRegistry<T>(
  answer: Parameters<typeof serve>[0],
  ask: (images: Images, repository: string) => Promise<T>,
): Promise<T> {
  await using registry = await serve(answer);
  await using daemon = await FakeDaemon.start((_, response) => void response.end('{}'));
  const engine = await daemon.connect();
  try {
    return await ask(engine.images, `${registry.host}/shop/env`);
  } finally {
    engine.close();
  }
}

it('lists the tags of all pages, as many as it is asked for, and follows no page to another place', async () => {
  const asked: string[] = [];
  const list = (most: number): Promise<readonly string[]> =>
    askRegistry(
      ({ url = '' }, response) => {
        asked.push(url);
        const last = url.includes('last=b');
        if (url === '/v2/') return void response.end('{}');
        if (!last) response.setHeader('Link', '<https://elsewhere.test/v2/other/tags/list?n=1000&last=b>; rel="next"');
        response.end(JSON.stringify({ tags: last ? ['c', 7] : ['a', 'b'] }));
      },
      (images, repository) => images.listTags(repository, most),
    );
  expect(await list(10)).toEqual(['a', 'b', 'c']);
  expect(asked).toEqual(['/v2/', '/v2/shop/env/tags/list?n=1000', '/v2/shop/env/tags/list?n=1000&last=b']);
  expect(await list(2)).toEqual(['a', 'b']);
});

it.each([
  [405, 'REGISTRY_DENIED'],
  [403, 'REGISTRY_DENIED'],
  [400, 'REGISTRY_DENIED'],
  [404, false],
  [202, true],
] as const)('says of status %d for a deletion what it means', async (status, expected) => {
  const methods: (string | undefined)[] = [];
  const result = await askRegistry(
    ({ url = '', method }, response) => {
      if (url !== '/v2/') methods.push(method);
      response.writeHead(url === '/v2/' ? 200 : status).end('{}');
    },
    (images, repository) => images.deleteManifest(repository, `sha256:${'a'.repeat(64)}`),
  ).catch((error: unknown) => (error as DevenvError).code);
  expect([result, methods]).toEqual([expected, ['DELETE']]);
});
