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

describeInLab('the login of a registry', ({ machines, registry }) => {
  const address = registry.host.split(':')[0] ?? '';
  /** Another host, which every engine reaches. */
  const other = address.replace(/\.1$/, '.250');
  beforeAll(async () => {
    const [device = ''] = (await run('ip', ['-o', '-4', 'addr', 'show', 'to', `${address}/32`])).match(/tvm\S+/) ?? [];
    await run('ip', ['addr', 'add', `${other}/32`, 'dev', device]);
  });

  describe.each(Object.values(machines))('with $kind', (machine) => {
    const isPodman = machine.kind.startsWith('podman');
    let engine: Engine;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(() => engine.close());

    it('is not sent to a host that the registry names as its token server', async () => {
      await using thief = await startTokenRegistry({ address: other });
      await using hostile = await startTokenRegistry({ address, realm: `http://${thief.host}/token` });
      const auth = { ...hostile.login, server: hostile.host };
      const image = `${hostile.host}/shop/env:1`;
      const refusal = { code: 'REGISTRY_UNTRUSTED', exitCode: 5, message: expect.stringContaining(thief.host) };
      await expect(engine.images.pull(image, { auth })).rejects.toMatchObject(refusal);
      await engine.images.import(tarOf('a', uniqueName()), image, config);
      await expect(engine.images.push(image, { auth })).rejects.toMatchObject(refusal);
      await expect(engine.images.resolveDigest(image, auth)).rejects.toMatchObject(refusal);
      await engine.images.remove(image);
      expect([...thief.seen, ...hostile.seen].filter(({ authorization }) => authorization !== '')).toEqual([]);
    });

    it('is exchanged for a token, with which the engine pushes and pulls', async () => {
      await using issuing = await startTokenRegistry({ address, behind: registry });
      const auth = { ...issuing.login, server: issuing.host };
      const image = `${issuing.host}/tokens/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', image), image, config);
      const sent = await engine.images.inspect(image);
      const digest = await engine.images.push(image, { auth });
      await engine.images.remove(image);
      await engine.images.pull(image, { auth });
      expect((await engine.images.inspect(image))?.diffIds).toEqual(sent?.diffIds);
      expect(await engine.images.resolveDigest(image, auth)).toBe(digest);
      await engine.images.remove(image);
      const withLogin = issuing.seen.filter(({ authorization }) => authorization.startsWith('Basic '));
      expect(withLogin.every(({ path }) => path.includes('client_id=devenv')) || isPodman).toBe(true);
      expect(withLogin.length).toBeGreaterThan(0);
    });

    // Podman renews tokens itself, and Docker 20 repeats refused requests for 50 s.
    if (isPodman || machine.kind === 'docker-20') return;
    it('is used if the token expires during a transfer', async () => {
      let isFirst = true;
      const answer = ({ headers }: IncomingMessage, response: ServerResponse): boolean => {
        if (!isFirst || headers.authorization?.startsWith('Bearer ') !== true) return false;
        isFirst = false;
        setTimeout(() => response.writeHead(401).end('{"errors":[{"code":"UNAUTHORIZED"}]}'), 1_100);
        return true;
      };
      await using slow = await startTokenRegistry({ address, behind: registry, lifetime: 1, answer });
      const auth = { ...slow.login, server: slow.host };
      const image = `${slow.host}/tokens/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', image), image, config);
      await engine.images.push(image, { auth });
      await engine.images.remove(image);
    });
  });
});
