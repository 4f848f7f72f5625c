import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/ports/engine.ts';
import { tarOf } from '../../../../src/model/tar/tar.ts';
import { withRoot } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { makeChanged, startSleeper, uniqueName, useEngine } from '../real-engine.ts';

describeInLab('containers and images', ({ machines }) => {
  describe.each(withRoot(machines))('on $kind', (machine) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(() => {
      engine.close();
    });

    it('labels without a layer where the working folder is not there, or refuses', async () => {
      const reference = `localhost/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', 'world\n'), reference, {
        ...{ env: ['A=b'], labels: { a: 'b' }, user: '', entrypoint: [], cmd: ['x'] },
        workingDir: '/not/there',
      });
      const labelled = engine.images.label(reference, `${reference}-labelled`, { added: 'x' });
      if (machine.kind === 'podman') {
        await labelled;
        const [image, made] = await Promise.all(
          [reference, `${reference}-labelled`].map((each) => engine.images.inspect(each)),
        );
        expect(made?.diffIds).toEqual(image?.diffIds);
        await engine.images.remove(`${reference}-labelled`);
        await engine.images.remove(reference);
        return;
      }
      await expect(labelled).rejects.toMatchObject({ message: expect.stringContaining('/not/there') });
      expect(await engine.images.inspect(`${reference}-labelled`)).toBeUndefined();
      await engine.images.remove(reference);
    });

    // Podman leaves health checks to systemd, and the lab has none.
    if (machine.kind !== 'podman')
      it('runs no health check of an image in a container that is trusted with more', async () => {
        const image = await makeChanged(machine, 'HEALTHCHECK --interval=1s CMD touch /srv/checked');
        await using trusted = await startSleeper(engine, { image, trusted: true });
        await using ordinary = await startSleeper(engine, { image });
        const isChecked = async (id: string): Promise<boolean> =>
          (await engine.runtime.listChanges(id)).some(({ path }) => path === '/srv/checked');
        await expect.poll(() => isChecked(ordinary.id), { timeout: 20_000 }).toBe(true);
        expect(await isChecked(trusted.id)).toBe(false);
      });
  });
});
