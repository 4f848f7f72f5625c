import { describe, expect, it } from 'vitest';
import { specOf, startContainer, uniqueName, type Subject } from './subject.ts';

/** What every adapter of `Networks` does. */
export function checkNetworks(subject: () => Subject): void {
  describe('networks', () => {
    it('lists the networks that carry a label, keeps one that is there, and removes nothing twice', async () => {
      const { networks } = subject().engine;
      const name = uniqueName();
      await networks.create(name, { 'dev.test.of': name });
      await networks.create(name, { 'dev.test.of': name });
      expect(await networks.list([`dev.test.of=${name}`])).toEqual([name]);
      await networks.remove(name);
      await networks.remove(name);
      expect(await networks.list([`dev.test.of=${name}`])).toEqual([]);
    });

    it('keeps a network that a running container is on', async () => {
      const { networks } = subject().engine;
      const name = uniqueName();
      await networks.create(name, { 'dev.test.of': name });
      {
        await using one = await startContainer(subject(), { network: name });
        await networks.remove(name);
        expect(await networks.list([`dev.test.of=${name}`])).toEqual([name]);
        expect((await subject().engine.runtime.inspect(one.id))?.networks).toEqual([name]);
      }
      await networks.remove(name);
      expect(await networks.list([`dev.test.of=${name}`])).toEqual([]);
    });

    it('connects a container to a network, once or again', async () => {
      const { networks, runtime } = subject().engine;
      const [one, other] = [uniqueName(), uniqueName()];
      for (const name of [one, other]) await networks.create(name, {});
      const id = await runtime.create(specOf(subject(), { network: one }));
      for (let turn = 0; turn < 2; turn += 1) await networks.connect(other, id, ['db']);
      expect([...((await runtime.inspect(id))?.networks ?? [])].sort()).toEqual([one, other].sort());
      await runtime.remove(id);
      for (const name of [one, other]) await networks.remove(name);
    });
  });
}
