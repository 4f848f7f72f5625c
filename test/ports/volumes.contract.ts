import { describe, expect, it } from 'vitest';
import { startContainer, uniqueName, type Subject } from './subject.ts';

/** What every adapter of `Volumes` does. */
export function checkVolumes(subject: () => Subject): void {
  describe('volumes', () => {
    it('lists the volumes that carry all labels, by name', async () => {
      const { volumes } = subject().engine;
      const of = uniqueName();
      await volumes.create(`${of}-b`, { 'dev.test.of': of, n: '2' });
      await volumes.create(`${of}-a`, { 'dev.test.of': of, n: '1' });
      const folder = expect.any(String) as string;
      const [a, b] = [
        { name: `${of}-a`, labels: { 'dev.test.of': of, n: '1' }, folder },
        { name: `${of}-b`, labels: { 'dev.test.of': of, n: '2' }, folder },
      ];
      expect(await volumes.list([`dev.test.of=${of}`])).toEqual([a, b]);
      expect(await volumes.list([`dev.test.of=${of}`, 'n'])).toEqual([a, b]);
      expect(await volumes.list([`dev.test.of=${of}`, 'n=2'])).toEqual([b]);
      expect(await volumes.list([`dev.test.of=${of}`, 'other'])).toEqual([]);
      for (const { name } of [a, b]) await volumes.remove(name);
      expect(await volumes.list([`dev.test.of=${of}`])).toEqual([]);
    });

    it('keeps a volume that is there, and removes nothing twice', async () => {
      const { volumes } = subject().engine;
      const name = uniqueName();
      await volumes.create(name, { 'dev.test.of': name });
      await volumes.create(name, { 'dev.test.of': 'another' });
      expect(await volumes.list([`dev.test.of=${name}`])).toMatchObject([{ name }]);
      await volumes.remove(name);
      await volumes.remove(name);
    });

    it('refuses to remove a volume that a container has', async () => {
      const { volumes } = subject().engine;
      const name = uniqueName();
      await volumes.create(name, {});
      {
        await using one = await startContainer(subject(), {
          mounts: [{ kind: 'volume', source: name, target: '/keep' }],
        });
        expect(one.id).not.toBe('');
        await expect(volumes.remove(name)).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
      }
      await volumes.remove(name);
    });
  });
}
