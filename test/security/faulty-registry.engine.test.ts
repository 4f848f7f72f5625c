import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarOf } from '../../src/model/tar/tar.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { useEngine } from '../adapters/docker/real-engine.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { run } from '../lab/run.ts';
import { startTokenRegistry } from '../lab/token-registry.ts';
import { uniqueName } from '../ports/subject.ts';

const config = { env: [], labels: {}, user: '', workingDir: '', entrypoint: [], cmd: ['sh'] };

/** What a registry does wrong with a request; false: nothing. `turn`: counts the requests that it could be wrong with, from 0. */
type Fault = (asked: IncomingMessage, response: ServerResponse, turn: number) => boolean;

const isManifest = ({ url = '' }: IncomingMessage): boolean => /\/v2\/.+\/manifests\//.test(url);
const isBlob = ({ url = '' }: IncomingMessage): boolean => /\/v2\/.+\/blobs\/sha256:/.test(url);
const isUpload = ({ url = '', method }: IncomingMessage): boolean =>
  method !== 'HEAD' && method !== 'GET' && /\/v2\/.+\/blobs\/uploads\//.test(url);

const answer =
  (status: number, body = '{}', headers: Readonly<Record<string, string>> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(body);

/** A fault in all such requests, or only in the first. */
const always =
  (of: (asked: IncomingMessage) => boolean, act: (response: ServerResponse) => void): Fault =>
  (asked, response) => {
    if (!of(asked)) return false;
    // Read it first: whoever still sends would see a broken connection.
    asked.resume().on('end', () => act(response));
    return true;
  };
const once =
  (of: (asked: IncomingMessage) => boolean, act: (response: ServerResponse) => void): Fault =>
  (asked, response, turn) =>
    turn === 0 && always(of, act)(asked, response, turn);

const noManifest = '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]}';
const noBlob = '{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown to registry"}]}';

/** Half of what was announced, and no more. */
const cut = (response: ServerResponse): void => {
  response.writeHead(200, { 'Content-Length': '1000', 'Content-Type': 'application/octet-stream' });
  response.write('half of it', () => response.destroy());
};

const pullFaults: readonly (readonly [what: string, fault: Fault, codes: string[]])[] = [
  [
    'asks for a login again and again',
    always(isManifest, answer(401, '{}', { 'WWW-Authenticate': 'Basic realm="again"' })),
    ['REGISTRY_DENIED'],
  ],
  ['denies the manifest', always(isManifest, answer(403)), ['REGISTRY_DENIED']],
  ['has no manifest', always(isManifest, answer(404, noManifest)), ['IMAGE_NOT_FOUND']],
  ['lost a layer', always(isBlob, answer(404, noBlob)), ['IMAGE_NOT_FOUND']],
  ['fails in the middle', always(isManifest, answer(500)), ['REGISTRY_UNREACHABLE']],
  [
    'sends a manifest of 50 MB',
    always(isManifest, (response) => {
      response.writeHead(200, { 'Content-Type': 'application/vnd.docker.distribution.manifest.v2+json' });
      response.end(Buffer.alloc(50 * 1024 * 1024, 32));
    }),
    ['REGISTRY_UNREACHABLE'],
  ],
  [
    'sends another layer',
    always(isBlob, answer(200, 'another', { 'Content-Type': 'application/octet-stream' })),
    // The containerd store waits for the rest of what the manifest announces.
    ['CONTENT_MISMATCH', 'REGISTRY_UNREACHABLE'],
  ],
];

describeInLab('a faulty registry', ({ machines, registry }) => {
  const address = registry.host.split(':')[0] ?? '';
  /** Another host, which every engine reaches. */
  const other = address.replace(/\.1$/, '.249');
  beforeAll(async () => {
    const [device = ''] = (await run('ip', ['-o', '-4', 'addr', 'show', 'to', `${address}/32`])).match(/tvm\S+/) ?? [];
    await run('ip', ['addr', 'add', `${other}/32`, 'dev', device]);
  });

  describe.each(Object.values(machines))('with $kind', (machine) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(() => engine.close());

    /** An image that was pushed, and removed from the engine again. */
    async function open() {
      const state: { fault?: Fault; turn: number } = { turn: 0 };
      const issuing = await startTokenRegistry({
        ...{ address, behind: registry },
        answer: (asked, response) => {
          if (asked.url?.startsWith('/token') === true) return false;
          const isFaulty = state.fault?.(asked, response, state.turn) ?? false;
          if (isManifest(asked) || isBlob(asked) || isUpload(asked)) state.turn += 1;
          return isFaulty;
        },
      });
      const auth = { ...issuing.login, server: issuing.host };
      const image = `${issuing.host}/faults/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', image), image, config);
      return { state, auth, image, [Symbol.asyncDispose]: () => issuing[Symbol.asyncDispose]() };
    }

    it.concurrent.each(pullFaults)('that %s is no loss', async (_, fault, codes) => {
      await using opened = await open();
      const { state, auth, image } = opened;
      await engine.images.push(image, { auth });
      const { diffIds } = (await engine.images.inspect(image)) ?? {};
      await engine.images.remove(image);
      state.fault = fault;
      state.turn = 0;
      const failure: unknown = await engine.images.pull(image, { auth }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: expect.toBeOneOf(codes), exitCode: expect.toBeOneOf([5, 11]) });
      expect(JSON.stringify(failure)).not.toContain(auth.password);
      expect(await engine.images.inspect(image)).toBeUndefined();
      delete state.fault;
      await engine.images.pull(image, { auth });
      expect((await engine.images.inspect(image))?.diffIds).toEqual(diffIds);
      await engine.images.remove(image);
    });

    it.concurrent('that cuts a layer once, and asks to wait once, is asked again', async () => {
      await using opened = await open();
      const { state, auth, image } = opened;
      await engine.images.push(image, { auth });
      for (const fault of [once(isBlob, cut), once(isManifest, answer(429, '{}', { 'Retry-After': '1' }))]) {
        await engine.images.remove(image);
        state.fault = fault;
        state.turn = 0;
        await engine.images.pull(image, { auth });
        expect(await engine.images.inspect(image)).toBeDefined();
      }
      await engine.images.remove(image);
    });

    it.concurrent('that refuses an upload in the middle has nothing half-made', async () => {
      await using opened = await open();
      const { state, auth, image } = opened;
      state.fault = always((asked) => isUpload(asked) && asked.method !== 'POST', answer(403));
      await expect(engine.images.push(image, { auth })).rejects.toMatchObject({ code: 'REGISTRY_DENIED', exitCode: 5 });
      expect(await engine.images.resolveDigest(image, auth)).toBeUndefined();
      delete state.fault;
      const digest = await engine.images.push(image, { auth });
      expect(await engine.images.resolveDigest(image, auth)).toBe(digest);
      await engine.images.remove(image);
    });

    it.concurrent('that sends a layer from another host gives that host no login', async () => {
      await using opened = await open();
      const { state, auth, image } = opened;
      await engine.images.push(image, { auth });
      await engine.images.remove(image);
      await using elsewhere = await startTokenRegistry({ address: other });
      state.fault = (asked, response) => {
        if (!isBlob(asked)) return false;
        answer(307, '', { Location: `http://${elsewhere.host}${asked.url ?? ''}` })(response);
        return true;
      };
      await expect(engine.images.pull(image, { auth })).rejects.toMatchObject({ exitCode: 5 });
      expect(elsewhere.seen.length).toBeGreaterThan(0);
      expect(elsewhere.seen.filter(({ authorization }) => authorization !== '')).toEqual([]);
    });
  });
});
