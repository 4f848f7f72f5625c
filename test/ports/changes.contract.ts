import { describe, expect, it } from 'vitest';
import type { Changes, Standing } from '../../src/ports/changes.ts';
import { startContainer, type Subject } from './subject.ts';

/** What every adapter of `Changes` does with containers that nobody captured. */
export function checkChanges(subject: () => Subject & { readonly changes: Changes }): void {
  describe('changes', () => {
    async function changeOne(): Promise<{ readonly id: string; readonly standing: Standing } & AsyncDisposable> {
      const one = await startContainer(subject());
      await subject().engine.runtime.exec(one.id, { argv: ['touch', '/srv/new'], user: '0:0' });
      const image = (await subject().engine.runtime.inspect(one.id))?.image ?? '';
      return { ...one, standing: { image } };
    }

    it('lists what a container has and its image has not, as often as it is asked', async () => {
      const { changes } = subject();
      await using one = await changeOne();
      const listed = await changes.list(one.id, one.standing);
      const expected = [{ path: '/srv/new', kind: 'added', size: 0 }];
      for (let turn = 0; turn < 2; turn += 1) expect([...(listed ?? [])]).toEqual(expected);
    });

    it('lists nothing of a container that changed nothing', async () => {
      await using one = await startContainer(subject());
      const image = (await subject().engine.runtime.inspect(one.id))?.image ?? '';
      expect([...((await subject().changes.list(one.id, { image })) ?? [])]).toEqual([]);
    });

    it('lists many containers as it lists each, or leaves them out', async () => {
      const { changes, engine } = subject();
      await using one = await changeOne();
      await using other = await changeOne();
      const all = await Promise.all([one, other].map(({ id }) => engine.runtime.inspect(id)));
      const asked = all.flatMap((container) => (container ? [{ container, image: container.image }] : []));
      const found = await changes.listMany(asked);
      for (const { id, standing } of [one, other]) {
        const alone = [...((await changes.list(id, standing)) ?? [])];
        expect([...(found.get(id) ?? alone)]).toEqual(alone);
      }
    });

    it('reads the files that are asked for, and no others', async () => {
      const { changes } = subject();
      await using one = await changeOne();
      const options = { ...one.standing, words: [], limit: 1_000 };
      const read = async (wanted: string): Promise<readonly string[]> => {
        const found: string[] = [];
        const want = (path: string): 'all' | 'none' => (path === wanted ? 'all' : 'none');
        for await (const { kind, path } of changes.read(one.id, { ...options, want })) found.push(`${kind} ${path}`);
        return found;
      };
      expect(await read('/srv/new')).toEqual(['file /srv/new']);
      expect(await read('/srv/old')).toEqual([]);
    });

    it('tells the engine’s time, which is later than what was changed before', async () => {
      const { changes } = subject();
      await using one = await changeOne();
      const listed = await changes.list(one.id, one.standing);
      const now = Date.parse(await changes.now(one.id, one.standing));
      expect(Math.abs(now - Date.now())).toBeLessThan(60_000);
      expect(Date.parse(listed?.began ?? '')).toBeLessThanOrEqual(now);
    });

    it('flushes what a container wrote', async () => {
      const { changes } = subject();
      await using one = await changeOne();
      const flushed = await changes.flush(one.id, one.standing);
      await expect(flushed()).resolves.toBeUndefined();
    });
  });
}
