import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tarOf } from '../../../../src/adapters/docker/images/tar-of.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import type { RegistryAuth } from '../../../../src/ports/registry.ts';
import { withRoot } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { uniqueName, useEngine } from '../real-engine.ts';

const config = { env: ['A=b'], labels: { a: 'b' }, user: '', workingDir: '/', entrypoint: [], cmd: ['x'] };

describeInLab('push and pull', ({ machines, registry }) => {
  describe.each(withRoot(machines))('on $kind', (machine) => {
    let engine: Engine;
    let auth: RegistryAuth;
    beforeAll(async () => {
      engine = await useEngine(machine);
      auth = { username: registry.username, password: registry.password, server: registry.host };
    });
    afterAll(() => {
      engine.close();
    });

    it('brings the same content back by its digest', async () => {
      const repository = `${registry.host}/engine/${uniqueName()}`;
      await engine.images.import(tarOf('hello', repository), `${repository}:1`, config);
      const sent = await engine.images.inspect(`${repository}:1`);
      const digest = await engine.images.push(`${repository}:1`, { auth });
      if (machine.kind !== 'podman') expect(await engine.images.resolveDigest(`${repository}:1`, auth)).toBe(digest);
      await engine.images.remove(`${repository}:1`);
      expect(await engine.images.inspect(`${repository}:1`)).toBeUndefined();
      const seen: string[] = [];
      await engine.images.pull(`${repository}@${digest}`, { auth, onProgress: ({ layer }) => seen.push(layer) });
      const got = await engine.images.inspect(`${repository}@${digest}`);
      expect(got?.diffIds).toEqual(sent?.diffIds);
      expect(got?.config).toEqual(sent?.config);
      expect(got?.digests).toContain(`${repository}@${digest}`);
      expect(seen.length).toBeGreaterThan(0);
      await engine.images.pull(`${repository}:1`, { auth });
    });

    it('says what is wrong', async () => {
      const wrong = { ...auth, password: 'not-the-password' };
      const image = `${registry.host}/engine/none:1`;
      await expect(engine.images.pull(image, { auth: wrong })).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
      await expect(engine.images.pull(image, {})).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
      await expect(engine.images.pull(image, { auth })).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
      await expect(engine.images.resolveDigest(image, auth)).resolves.toBeUndefined();
      const [host] = registry.host.split(':');
      const closed = `${host ?? ''}:9/engine/none:1`;
      await expect(engine.images.pull(closed, { auth })).rejects.toMatchObject({ code: 'REGISTRY_UNREACHABLE' });
    });
  });
});
