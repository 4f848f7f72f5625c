import { describe, expect, it } from 'vitest';
import { randomInt } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { tarOf } from '../../src/model/tar/tar.ts';
import { Collect } from '../adapters/docker/collect.ts';
import { specOf, startContainer, uniqueName, type Subject } from './subject.ts';

/** What every adapter of `Runtime` does with containers; `exec` has a contract beside this one. */
export function checkRuntime(subject: () => Subject): void {
  describe('runtime', () => {
    it('tells the engine’s time', async () => {
      const time = await subject().engine.runtime.now();
      expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
    });

    it('shows a container as it was asked for', async () => {
      const { runtime, volumes } = subject().engine;
      const name = uniqueName();
      await volumes.create(name, {});
      {
        await using one = await startContainer(subject(), {
          labels: { 'dev.test.of': name },
          env: ['A=b'],
          mounts: [
            { kind: 'tmpfs', target: '/scratch', mode: 0o1777 },
            { kind: 'volume', source: name, target: '/keep', readOnly: false },
            { kind: 'bind', source: subject().folder, target: '/of-machine', readOnly: true },
          ],
        });
        const shown = { id: one.id, name: one.name, state: 'running', labels: { 'dev.test.of': name } };
        expect(await runtime.list([`dev.test.of=${name}`])).toMatchObject([shown]);
        expect(await runtime.list([`dev.test.of=${name}`, 'dev.test.other=1'])).toEqual([]);
        expect((await runtime.list([])).map(({ id }) => id)).toContain(one.id);
        const details = await runtime.inspect(one.name);
        expect(details).toMatchObject(shown);
        expect(details?.env).toContain('A=b');
        expect(details?.mounts).toHaveLength(3);
        expect(details?.mounts).toContainEqual({ kind: 'tmpfs', target: '/scratch', mode: 0o1777 });
        expect(details?.mounts).toContainEqual({ kind: 'volume', source: name, target: '/keep', readOnly: false });
        const bind = { kind: 'bind', source: subject().folder, target: '/of-machine', readOnly: true };
        expect(details?.mounts).toContainEqual(bind);
      }
      await volumes.remove(name);
    });

    it('moves a container through its states, and does nothing twice', async () => {
      const { runtime } = subject().engine;
      const spec = specOf(subject());
      const id = await runtime.create(spec);
      const stateOf = async (): Promise<string | undefined> => (await runtime.inspect(id))?.state;
      expect(await stateOf()).toBe('created');
      for (let turn = 0; turn < 2; turn += 1) await runtime.start(id);
      expect(await stateOf()).toBe('running');
      await runtime.pause(id);
      expect(await stateOf()).toBe('paused');
      await runtime.unpause(id);
      expect(await stateOf()).toBe('running');
      for (let turn = 0; turn < 2; turn += 1) await runtime.stop(id, 0);
      expect(await stateOf()).toBe('exited');
      for (let turn = 0; turn < 2; turn += 1) await runtime.remove(id);
      expect(await stateOf()).toBeUndefined();
    });

    it('says that a name is taken, or an image is missing', async () => {
      const { runtime } = subject().engine;
      await using one = await startContainer(subject());
      const other = await runtime.create(specOf(subject()));
      const again = runtime.create(specOf(subject(), { name: one.name }));
      await expect(again).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      await expect(runtime.rename(other, one.name)).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      const missing = runtime.create(specOf(subject(), { image: 'localhost/no/such:image' }));
      await expect(missing).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
      const name = uniqueName();
      await runtime.rename(other, name);
      expect((await runtime.inspect(other))?.name).toBe(name);
      await runtime.discard(other);
      await expect.poll(() => runtime.inspect(other)).toBeUndefined();
    });

    it('says which port of the machine is taken', async () => {
      const { runtime, networks } = subject().engine;
      const network = uniqueName();
      await networks.create(network, { labels: {}, internal: false });
      const host = randomInt(20_000, 30_000);
      const ports = [{ address: '127.0.0.1', host, protocol: 'tcp', container: 80 }] as const;
      {
        await using one = await startContainer(subject(), { network, ports });
        expect((await runtime.inspect(one.id))?.ports).toEqual([{ address: '127.0.0.1', host, protocol: 'tcp' }]);
        const other = await runtime.create(specOf(subject(), { network, ports }));
        const failed = await runtime.start(other).catch((error: unknown) => error);
        expect(failed).toMatchObject({ code: 'PORT_TAKEN', data: { taken: { host } } });
        await runtime.remove(other);
      }
      await networks.remove(network);
    });

    it('unpacks a tar into a container that does not run, and keeps what its program wrote', async () => {
      const { runtime } = subject().engine;
      const id = await runtime.create(specOf(subject(), { command: ['ls', '/opt/hello', '/not-there'] }));
      await runtime.putArchive(id, '/opt', tarOf('hello', 'from a tar\n'));
      await runtime.start(id);
      const [stdout, stderr] = [new Collect(), new Collect()];
      await runtime.readLogs(id, { follow: true, stdout, stderr });
      await expect.poll(async () => (await runtime.inspect(id))?.state).toBe('exited');
      expect(stdout.bytes.toString()).toBe('/opt/hello\n');
      expect(stderr.bytes.toString()).toMatch(/^ls: .*not-there.*\n$/);
      expect((await runtime.inspect(id))?.exitCode).toBe(2);
      const last = new Collect();
      await runtime.readLogs(id, { follow: false, tail: 1, stdout: last, stderr: last });
      expect(last.bytes.toString().match(/\n/g)).toHaveLength(1);
      await runtime.remove(id);
    });

    it('connects to the input and output of a container’s own program', async () => {
      const { runtime } = subject().engine;
      const id = await runtime.create(specOf(subject(), { command: ['cat'], attached: true }));
      const [stdin, stdout, stderr] = [new PassThrough(), new Collect(), new Collect()];
      const attached = await runtime.attach(id, { stdin, stdout, stderr });
      await runtime.start(id);
      stdin.end('there and back\n');
      await attached.ended;
      expect([stdout.bytes.toString(), stderr.bytes.toString()]).toEqual(['there and back\n', '']);
      attached.close();
      await runtime.remove(id);
    });

    it('lists what a container changed, and measures what it uses', async () => {
      const { runtime } = subject().engine;
      const of = uniqueName();
      await using one = await startContainer(subject(), { labels: { 'dev.test.of': of } });
      await runtime.exec(one.id, { argv: ['touch', '/srv/new'] });
      expect(await runtime.listChanges(one.id)).toContainEqual({ path: '/srv/new', kind: 'added' });
      expect([...(await runtime.readSizes([`dev.test.of=${of}`])).keys()]).toEqual([one.id]);
      const details = await runtime.inspect(one.id);
      const { rootless } = await subject().engine.describe();
      const used = details && (await runtime.readMemory(details));
      // Control groups of ordinary users may tell nothing.
      if (!rootless || used !== undefined) expect(used).toBeGreaterThan(0);
      await runtime.stop(one.id, 0);
      const stopped = await runtime.inspect(one.id);
      if (stopped !== undefined) expect(await runtime.readMemory(stopped)).toBeUndefined();
    });
  });
}
