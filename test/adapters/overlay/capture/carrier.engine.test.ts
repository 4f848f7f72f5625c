import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdMounted, makeCarrier, type Carrier } from '../../../../src/adapters/overlay/capture/carrier.ts';
import type { Image } from '../../../../src/model/image.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { withRoot } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { base, makeChanged, uniqueName, useEngine } from '../../docker/real-engine.ts';

describeInLab('a carrier', ({ machines }) => {
  describe.each(withRoot(machines))('on $kind', (machine) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(() => {
      engine.close();
    });

    const isClassic = machine.kind === 'docker-20' || machine.kind === 'docker-26';

    async function withCarrier(reference: string, work: (carrier: Carrier) => Promise<void>): Promise<void> {
      const carrier = await makeCarrier(engine, uniqueName(), (await engine.images.inspect(reference)) as Image);
      if (carrier === undefined) throw new Error('the engine does not tell where its changes lie');
      try {
        await work(carrier);
      } finally {
        await engine.runtime.remove(carrier.id);
      }
    }

    const isRunning = async ({ id }: Carrier): Promise<boolean> =>
      (await engine.runtime.inspect(id))?.state === 'running';

    it('is kept mounted where that makes its capture quicker, by a program that ends with the connection', async () => {
      await withCarrier(base, async (carrier) => {
        expect(await isRunning(carrier)).toBe(false);
        const letGo = await holdMounted(engine, carrier);
        expect(letGo !== undefined).toBe(isClassic);
        expect(await isRunning(carrier)).toBe(isClassic);
        if (isClassic) expect(readdirSync(carrier.upper)).toEqual(['.devenv-helper']);
        letGo?.();
        await expect.poll(() => isRunning(carrier)).toBe(false);
      });
    });

    // On the other stores no carrier is started for its capture.
    if (isClassic)
      it.each(['HEALTHCHECK CMD true', 'VOLUME /not/there'])(
        'is never started where its image has a %s, by which something may be written',
        async (change) => {
          const reference = await makeChanged(machine, change);
          await withCarrier(reference, async (carrier) => {
            expect(await holdMounted(engine, carrier)).toBeUndefined();
            expect(await isRunning(carrier)).toBe(false);
            expect(readdirSync(carrier.upper)).toEqual([]);
          });
          await engine.images.remove(reference);
        },
      );
  });
});
