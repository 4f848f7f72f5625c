import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RawChange } from '../../src/model/container.ts';
import { findImage, output, requestOf, run, type StoreSubject } from './layer-store.ts';
import { startContainer, uniqueName } from './subject.ts';

/** Longer than the tick of the clock that stamps inodes. */
const tick = 50;

const show = (changes: Iterable<RawChange> | undefined): readonly string[] =>
  [...(changes ?? [])].map(({ kind, path }) => `${kind} ${path}`);

const earlyChanges = `cd /opt && mkdir -p d/e cache && echo a > a && echo b > b && ln b d/b2 && ln -s a l && echo x > d/e/x
rm /etc/issue && rm -r /var/backups && echo file > /var/backups && chmod 700 d && chown 7:8 a && echo 1 > cache/x`;

/** What happens between the first look and the moment at which the container stands still. */
const lateChanges: readonly (readonly [string, string])[] = [
  ['nothing', 'true'],
  ['what is left out', 'echo 2 > /opt/cache/x'],
  ['a file', 'echo more >> /opt/a; echo new > /opt/new; chmod 4711 /opt/new'],
  ['a deletion', 'rm /opt/a; rm -r /opt/d/e; rm /etc/issue.net'],
  [
    'another type',
    'cd /opt; rm a l; mkdir a; echo in > a/in; echo l > l; rm /var/backups; mkdir /var/backups; rm -r d; echo d > d',
  ],
  ['a link', 'cd /opt; ln a d/a2; rm d/b2; ln b d/e/b3; echo y >> b'],
  ['a folder that moved', 'cd /opt; mv d moved; mkdir d; echo z > d/z'],
  ['what came back', 'echo issue > /etc/issue'],
];

/** Everything in the folders that change: path, type, mode, owner, links, target and content. */
const tree = `cd / && find opt etc/issue etc/issue.net var/backups -path opt/cache -prune -o -printf '%p %y %m %U:%G %n %l\\n' 2>/dev/null | sed 's/\\( d .* \\)[0-9]* $/\\1/' | sort
find opt var/backups -type f ! -path 'opt/cache/*' | sort | xargs cat`;

/** What every adapter for an overlay storage does: what containers changed, captured and merged as layers. */
export function checkLayerStore(subject: () => StoreSubject): void {
  describe('exact changes', () => {
    it('lists deletions, links, and what replaced a folder', async () => {
      const { changes, engine } = subject();
      await using one = await startContainer(subject());
      await run(subject(), one.id, 'rm /etc/issue; ln -s /x /opt/to; rm -r /var/backups; echo file > /var/backups');
      const listed = await changes.list(one.id, { image: (await engine.runtime.inspect(one.id))?.image ?? '' });
      expect(show(listed).toSorted()).toEqual(['added /opt/to', 'added /var/backups', 'deleted /etc/issue']);
      expect([...(listed ?? [])]).toContainEqual(expect.objectContaining({ path: '/opt/to', target: '/x' }));
    });

    it('is calm until something changes, and lists that', async () => {
      const { changes, engine } = subject();
      await using one = await startContainer(subject());
      await run(subject(), one.id, 'echo 1 > /opt/before');
      const standing = { image: (await engine.runtime.inspect(one.id))?.image ?? '' };
      await sleep(tick);
      const time = await changes.now(one.id, standing);
      expect(await changes.isCalm(one.id, standing, time)).toBe(true);
      expect(await changes.listAfter(one.id, time)).toEqual([]);
      await sleep(tick);
      await run(subject(), one.id, 'echo 2 > /opt/after');
      expect(await changes.isCalm(one.id, standing, time)).toBe(false);
      expect(show(await changes.listAfter(one.id, time))).toContain('added /opt/after');
    });

    it('holds a container still until it is released, if it can without the engine', async () => {
      const { changes, engine } = subject();
      await using one = await startContainer(subject());
      const standing = { image: (await engine.runtime.inspect(one.id))?.image ?? '' };
      const release = await changes.freeze(one.id, standing);
      expect(await changes.isFrozen(one.id)).toBe(release !== undefined);
      await release?.();
      expect(await changes.isFrozen(one.id)).toBe(false);
      await run(subject(), one.id, 'true');
    });
  });

  describe('capture', () => {
    it('makes one layer of the changes, with the parent’s config and the given labels', async () => {
      const { capture } = subject();
      await using one = await startContainer(subject(), { env: ['ONLY=here'] });
      await run(subject(), one.id, 'echo new > /opt/new; rm /etc/issue');
      const reference = `localhost/${uniqueName()}:1`;
      const request = await requestOf(subject(), one.id, reference);
      const captured = await capture.capture({ ...request, label: async () => ({ 'dev.test': 'yes' }) });
      expect(captured).toMatchObject({ method: 'delta', onParent: true, leftOut: [] });
      const image = await findImage(subject(), reference);
      expect(image.diffIds.slice(0, -1)).toEqual(request.parent.diffIds);
      expect(image.config.labels).toMatchObject({ 'dev.test': 'yes' });
      expect(image.config.env.join()).not.toContain('ONLY');
      await using made = await startContainer({ ...subject(), base: reference });
      await run(subject(), made.id, 'test "$(cat /opt/new)" = new && ! test -e /etc/issue');
    });

    it('captures nothing if nothing changed', async () => {
      await using one = await startContainer(subject());
      const reference = `localhost/${uniqueName()}:1`;
      expect(await subject().capture.capture(await requestOf(subject(), one.id, reference))).toBeUndefined();
      expect(await subject().engine.images.inspect(reference)).toBeUndefined();
    });

    it('leaves out what is excluded, and names it', async () => {
      const { capture } = subject();
      await using one = await startContainer(subject());
      await run(subject(), one.id, 'mkdir /opt/cache; echo 1 > /opt/cache/x; echo 2 > /opt/kept');
      const reference = `localhost/${uniqueName()}:1`;
      const request = await requestOf(subject(), one.id, reference);
      const captured = await capture.capture({ ...request, leaveOut: (path) => path.startsWith('/opt/cache') });
      expect(captured?.leftOut).toEqual(['/opt/cache']);
      await using made = await startContainer({ ...subject(), base: reference });
      await run(subject(), made.id, 'test -e /opt/kept && ! test -e /opt/cache');
    });

    it('takes only what came after an earlier capture', async () => {
      const { capture, changes } = subject();
      await using one = await startContainer(subject());
      const [first, second] = [1, 2].map((tag) => `localhost/${uniqueName()}:${String(tag)}`) as [string, string];
      await run(subject(), one.id, 'echo 1 > /opt/first');
      await capture.capture(await requestOf(subject(), one.id, first));
      const parent = await findImage(subject(), first);
      const since = await changes.now(one.id, { image: parent.id });
      await sleep(tick);
      await run(subject(), one.id, 'echo 2 > /opt/second');
      expect(show(await changes.list(one.id, { image: parent.id, since }))).toEqual(['added /opt/second']);
      const captured = await capture.capture({ ...(await requestOf(subject(), one.id, second, first)), since });
      expect(captured?.changes).toBe(1);
      expect((await findImage(subject(), second)).diffIds).toHaveLength(parent.diffIds.length + 1);
    });

    it.each(lateChanges)('holds what changed after most was copied: %s', async (_, late) => {
      const { capture } = subject();
      await using one = await startContainer(subject());
      await run(subject(), one.id, earlyChanges);
      const reference = `localhost/${uniqueName()}:1`;
      const request = await requestOf(subject(), one.id, reference);
      const captured = await capture.capture({
        ...request,
        leaveOut: (path) => path.startsWith('/opt/cache'),
        still: async (work) => {
          await run(subject(), one.id, late);
          return work();
        },
      });
      expect(captured).toMatchObject({ method: 'delta' });
      await using made = await startContainer({ ...subject(), base: reference });
      const [expected, found] = [await output(subject(), one.id, tree), await output(subject(), made.id, tree)];
      expect(expected).toContain('opt');
      expect(found).toBe(expected);
    });

    it('refuses a name that would delete another file in an image', async () => {
      await using one = await startContainer(subject());
      await run(subject(), one.id, 'touch /opt/.wh.kept');
      const request = await requestOf(subject(), one.id, `localhost/${uniqueName()}:1`);
      await expect(subject().capture.capture(request)).rejects.toMatchObject({ code: 'RESERVED_NAME' });
    });

    it('leaves nothing beside the container, prepared or not, and prepares for one container only', async () => {
      const { capture, engine } = subject();
      await using one = await startContainer(subject());
      await using other = await startContainer(subject());
      await run(subject(), one.id, 'echo 1 > /opt/one');
      const request = await requestOf(subject(), one.id, `localhost/${uniqueName()}:1`);
      const expected = { paths: 1, bytes: 2, leavesOut: false };
      await capture.prepare({ ...request, expected, written: Promise.resolve() });
      await run(subject(), other.id, 'mkdir /opt/other');
      const captured = await capture.capture(await requestOf(subject(), other.id, `localhost/${uniqueName()}:1`));
      expect(captured).toMatchObject({ method: 'delta', changes: 1 });
      await capture.release();
      const rejected = capture.capture({ ...request, still: () => Promise.reject(new Error('stopped')) });
      await expect(rejected).rejects.toThrow('stopped');
      await capture.clean(one.id);
      const helpers = await engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${one.id}`]);
      expect(helpers).toEqual([]);
    });
  });

  describe('layers', () => {
    it('weighs layers, reads each of them, and merges them into one', async () => {
      const { capture, changes, layers } = subject();
      await using one = await startContainer(subject());
      const name = `localhost/${uniqueName()}`;
      await run(subject(), one.id, 'echo first > /opt/file; echo gone > /opt/gone');
      await capture.capture(await requestOf(subject(), one.id, `${name}:1`));
      const { id } = await findImage(subject(), `${name}:1`);
      const since = await changes.now(one.id, { image: id });
      await sleep(tick);
      await run(subject(), one.id, 'echo second > /opt/file; rm /opt/gone');
      await capture.capture({ ...(await requestOf(subject(), one.id, `${name}:2`, `${name}:1`)), since });
      const request = { image: await findImage(subject(), `${name}:2`), count: 2, beside: one.id };

      expect(await layers.weigh(request)).toEqual([
        { live: 0, dead: 11 },
        { live: 7, dead: 0 },
      ]);
      const read: string[] = [];
      const options = { want: () => 'all' as const, words: [], limit: 1_000 };
      for await (const { kind, path, content } of layers.read(request, options)) {
        let text = '';
        for await (const chunk of content) text += Buffer.from(chunk).toString();
        read.push(`${kind} ${path} ${text.trim()}`);
      }
      expect(read.slice(0, 2).toSorted()).toEqual(['file /opt/file first', 'file /opt/gone gone']);
      expect(read.slice(2)).toEqual(['file /opt/file second', 'deleted /opt/gone ']);

      const below = await findImage(subject(), subject().base);
      const merged = await layers.merge({ ...request, below, reference: `${name}:3` });
      expect(merged?.diffIds).toHaveLength(below.diffIds.length + 1);
      await using made = await startContainer({ ...subject(), base: `${name}:3` });
      await run(subject(), made.id, 'test "$(cat /opt/file)" = second && ! test -e /opt/gone');
    });
  });
}
