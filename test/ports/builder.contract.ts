import { describe, expect, it } from 'vitest';
import type { ImageConfig } from '../../src/model/image.ts';
import { startContainer, uniqueName, type Subject } from './subject.ts';

const config: ImageConfig = {
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'Q=a "b" $c'],
  labels: { 'dev.test.kind': 'version', odd: '{"a":"$b\\\\"}' },
  ...{ user: 'nobody', workingDir: '/srv', entrypoint: [], cmd: ['bash', '-l', 'a "q" $x'] },
};

/** What every adapter of `Builder` does. */
export function checkBuilder(subject: () => Subject): void {
  describe('builder', () => {
    it('makes one layer of what changed, with exactly the config that was asked for', async () => {
      const { images, builder, runtime } = subject().engine;
      await using one = await startContainer(subject(), {
        labels: { 'dev.test.kind': 'builder' },
        env: ['Q=of the builder'],
      });
      await runtime.exec(one.id, { argv: ['touch', '/srv/new'] });
      const reference = `localhost/${uniqueName()}:1`;
      const id = await builder.commit(one.id, reference, config);
      const image = await images.inspect(reference);
      expect((await images.inspect(id))?.id).toBe(image?.id);
      expect(image?.config).toEqual({ ...config, env: image?.config.env });
      expect(withoutOwn(image?.config.env ?? [])).toEqual([...config.env].sort());
      expect(image?.diffIds.slice(0, -1)).toEqual((await images.inspect(subject().base))?.diffIds);
      await images.remove(reference);
    });

    it('leaves the container running', async () => {
      const { images, builder, runtime } = subject().engine;
      await using one = await startContainer(subject());
      const reference = `localhost/${uniqueName()}:1`;
      for (const still of [false, true]) {
        await builder.commit(one.id, reference, config, { still });
        expect((await runtime.inspect(one.id))?.state).toBe('running');
      }
      await images.remove(reference);
    });

    it('keeps no image if the container has a variable that the config does not have', async () => {
      const { images, builder } = subject().engine;
      await using one = await startContainer(subject(), { env: ['TOKEN=secret'] });
      const reference = `localhost/${uniqueName()}:1`;
      await expect(builder.commit(one.id, reference, config)).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringMatching(/env TOKEN\.$/),
      });
      expect(await images.inspect(reference)).toBeUndefined();
    });
  });
}

/** Podman adds variables of its own to every image that it captures. */
const withoutOwn = (env: readonly string[]): string[] => env.filter((one) => !/^(TERM|container)=/.test(one)).sort();
