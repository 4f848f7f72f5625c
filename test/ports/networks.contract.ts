import { describe, expect, it } from 'vitest';
import { specOf, startContainer, uniqueName, type Subject } from './subject.ts';

/** What every adapter of `Networks` does. */
export function checkNetworks(subject: () => Subject): void {
  describe('networks', () => {
    it('lists the networks that carry a label, keeps one that is there, and removes nothing twice', async () => {
      const { networks } = subject().engine;
      const name = uniqueName();
      await networks.create(name, { labels: { 'dev.test.of': name }, internal: false });
      await networks.create(name, { labels: { 'dev.test.of': name }, internal: false });
      expect(await networks.list([`dev.test.of=${name}`])).toEqual([{ name, labels: { 'dev.test.of': name } }]);
      await networks.remove(name);
      await networks.remove(name);
      expect(await networks.list([`dev.test.of=${name}`])).toEqual([]);
    });

    it('keeps a network that a running container is on', async () => {
      const { networks } = subject().engine;
      const name = uniqueName();
      await networks.create(name, { labels: { 'dev.test.of': name }, internal: false });
      {
        await using one = await startContainer(subject(), { network: name });
        await networks.remove(name);
        expect(await networks.list([`dev.test.of=${name}`])).toEqual([{ name, labels: { 'dev.test.of': name } }]);
        expect((await subject().engine.runtime.inspect(one.id))?.networks).toEqual([name]);
      }
      await networks.remove(name);
      expect(await networks.list([`dev.test.of=${name}`])).toEqual([]);
    });

    it('connects a container to a network, once or again', async () => {
      const { networks, runtime } = subject().engine;
      const [one, other] = [uniqueName(), uniqueName()];
      for (const name of [one, other]) await networks.create(name, { labels: {}, internal: name === other });
      const labels = { 'dev.test.of': one };
      const id = await runtime.create(specOf(subject(), { network: one, labels }));
      const list = async (): Promise<readonly string[]> => {
        const [found] = await runtime.list([`dev.test.of=${one}`]);
        return [...(found?.networks ?? [])].sort();
      };
      for (let turn = 0; turn < 2; turn += 1) await networks.connect(other, id, ['db']);
      expect([...((await runtime.inspect(id))?.networks ?? [])].sort()).toEqual([one, other].sort());
      expect(await list()).toEqual([one, other].sort());
      await runtime.start(id);
      expect(await list()).toEqual([one, other].sort());
      await runtime.remove(id);
      for (const name of [one, other]) await networks.remove(name);
    });

    it('takes a container off a network, running or not, once or again', async () => {
      const { networks, runtime } = subject().engine;
      const [one, other] = [uniqueName(), uniqueName()];
      for (const name of [one, other]) await networks.create(name, { labels: {}, internal: name === other });
      const id = await runtime.create(specOf(subject(), { network: one }));
      for (const state of ['created', 'running']) {
        if (state === 'running') await runtime.start(id);
        await networks.connect(other, id, []);
        for (let turn = 0; turn < 2; turn += 1) await networks.disconnect(other, id);
        expect((await runtime.inspect(id))?.networks).toEqual([one]);
      }
      await networks.disconnect(uniqueName(), id);
      await runtime.remove(id);
      for (const name of [one, other]) await networks.remove(name);
    });

    it('connects a container that was created without one of these networks', async () => {
      const { networks, runtime } = subject().engine;
      const name = uniqueName();
      await networks.create(name, { labels: {}, internal: false });
      const { network: none, ...spec } = specOf(subject());
      expect(none).toBe('none');
      const id = await runtime.create(spec);
      await runtime.start(id);
      await networks.connect(name, id, ['db']);
      expect((await runtime.inspect(id))?.networks).toContain(name);
      await runtime.remove(id);
      await networks.remove(name);
    });
  });
}
