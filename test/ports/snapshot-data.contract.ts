import { describe, expect, it } from 'vitest';
import { findImage, requestOf, run, type StoreSubject } from './layer-store.ts';
import { specOf, startContainer, uniqueName } from './subject.ts';

/** What every adapter of `SnapshotData` does with volumes and containers. */
export function checkSnapshotData(subject: () => StoreSubject): void {
  describe('snapshot data', () => {
    it('copies volumes into a store, and exchanges their content for the copy later', async () => {
      const { data, engine, base } = subject();
      const [volume, store] = [uniqueName(), uniqueName()];
      for (const name of [volume, store]) await engine.volumes.create(name, {});
      const mount = { kind: 'volume', source: volume, target: '/data' } as const;
      {
        await using one = await startContainer(subject(), { mounts: [mount] });
        await run(subject(), one.id, 'echo old > /data/file; ln -s file /data/link; chown 7:8 /data/file');
        const request = { image: base, volumes: [volume], store, beside: one.id };
        const saving = await data.open({ ...request, purpose: 'save' });
        const [size = 0] = await saving.save();
        expect(size).toBeGreaterThan(0);
        await saving.close();
        await run(subject(), one.id, 'echo new > /data/file; echo more > /data/more; rm /data/link');
        const restoring = await data.open({ ...request, purpose: 'restore' });
        await restoring.lay('t1');
        await run(subject(), one.id, 'test "$(cat /data/file)" = new');
        for (let turn = 0; turn < 2; turn += 1) await restoring.exchange('t1');
        await restoring.sweep('t1');
        await restoring.close();
        await run(subject(), one.id, 'test "$(cat /data/link)" = old && test "$(stat -c %u:%g /data/file)" = 7:8');
        await run(subject(), one.id, 'test "$(ls -A /data | tr "\\n" " ")" = "file link "');
      }
      for (const name of [volume, store]) await engine.volumes.remove(name);
    });

    it('gives a container that never ran the changes of an image’s topmost layer', async () => {
      const { capture, data, engine } = subject();
      const reference = `localhost/${uniqueName()}:1`;
      await using one = await startContainer(subject());
      await run(subject(), one.id, 'echo new > /opt/new; rm /etc/issue; rm -r /var/backups; mkdir /var/backups');
      await run(subject(), one.id, 'chmod 4755 /opt/new; ln /opt/new /opt/same; touch -d @500000000 /opt/new');
      await capture.capture(await requestOf(subject(), one.id, reference));
      const id = await engine.runtime.create(specOf(subject()));
      expect(await data.applyLayer(await findImage(subject(), reference), id, one.id)).toBe(true);
      await engine.runtime.start(id);
      await run(subject(), id, 'test "$(stat -c "%a %h %Y" /opt/new)" = "4755 2 500000000" && ! test -e /etc/issue');
      await run(subject(), id, 'test "$(cat /opt/same)" = new && test -z "$(ls -A /var/backups)"');
      await data.clean(one.id);
      const helpers = await engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${one.id}`]);
      expect(helpers).toEqual([]);
      await engine.runtime.remove(id);
    });
  });
}
