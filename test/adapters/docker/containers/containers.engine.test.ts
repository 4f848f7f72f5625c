import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageConfig } from '../../../../src/model/image.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { tarOf } from '../../../../src/adapters/docker/images/tar-of.ts';
import { withRoot } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { Collect } from '../collect.ts';
import { base, makeChanged, startSleeper, uniqueName, useEngine } from '../real-engine.ts';

const config: ImageConfig = {
  env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'Q=a "b" $c \\d \'e\' é #x'],
  labels: { 'dev.test.kind': 'version', odd: '{"a":"$b\\\\"}' },
  user: 'nobody',
  workingDir: '/srv',
  entrypoint: [],
  cmd: ['bash', '-l', 'a "q" $x'],
};
/** What Podman adds to the images that it captures. */
const without = (env: readonly string[]): string[] => env.filter((one) => !/^(TERM|container)=/.test(one)).sort();

describeInLab('containers and images', ({ machines }) => {
  describe.each(withRoot(machines))('on $kind', (machine) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(() => {
      engine.close();
    });

    it('describes the engine', async () => {
      const description = await engine.describe();
      const podman = machine.kind === 'podman';
      expect(engine.address).toBe(machine.address);
      expect(engine.capabilities).toEqual({
        mountsFolders: true,
        resolvesDigests: !podman,
        commitsAnonymousVolumes: podman,
      });
      expect(description).toMatchObject({ product: podman ? 'podman' : 'docker', rootless: false });
      expect(description.storage.layers).toBe(machine.kind === 'docker-26-containerd' ? 'inside' : 'named');
      expect(['amd64', 'arm64']).toContain(description.architecture);
      expect(Math.abs(Date.parse(await engine.runtime.now()) - Date.now())).toBeLessThan(60_000);
    });

    it('makes, finds, stops and removes a container', async () => {
      const volume = uniqueName();
      await engine.volumes.create(volume, { 'dev.test.volume': volume });
      await using one = await startSleeper(engine, {
        labels: { 'dev.test.one': volume },
        env: ['A=b'],
        mounts: [
          { kind: 'tmpfs', target: '/scratch', mode: 0o1777 },
          { kind: 'volume', source: volume, target: '/keep' },
          { kind: 'bind', source: machine.home, target: '/home-of-machine', readOnly: true },
        ],
      });
      expect(await engine.runtime.list([`dev.test.one=${volume}`])).toMatchObject([
        { id: one.id, name: one.name, state: 'running', labels: { 'dev.test.one': volume } },
      ]);
      const details = await engine.runtime.inspect(one.name);
      expect(details?.env).toContain('A=b');
      expect(details?.mounts).toEqual([
        { kind: 'bind', source: machine.home, target: '/home-of-machine', readOnly: true },
        { kind: 'volume', source: volume, target: '/keep', readOnly: false },
        { kind: 'tmpfs', target: '/scratch', mode: 0o1777 },
      ]);
      await expect(startSleeper(engine, { name: one.name })).rejects.toMatchObject({ code: 'NAME_TAKEN' });
      await engine.runtime.start(one.id);
      await engine.runtime.pause(one.id);
      expect((await engine.runtime.inspect(one.id))?.state).toBe('paused');
      await engine.runtime.unpause(one.id);
      await engine.runtime.stop(one.id, 0);
      await engine.runtime.stop(one.id, 0);
      expect((await engine.runtime.inspect(one.id))?.state).toBe('exited');
      await engine.runtime.remove(one.id);
      await engine.runtime.remove(one.id);
      expect(await engine.runtime.inspect(one.id)).toBeUndefined();
      expect(await engine.volumes.list([`dev.test.volume=${volume}`, 'dev.test.other=1'])).toEqual([]);
      expect(await engine.volumes.list([`dev.test.volume=${volume}`])).toEqual([
        { name: volume, labels: { 'dev.test.volume': volume } },
      ]);
      await engine.volumes.remove(volume);
      await engine.volumes.remove(volume);
      expect(await engine.volumes.list([`dev.test.volume=${volume}`])).toEqual([]);
    });

    it('says that an image is missing', async () => {
      const spec = startSleeper(engine, { image: 'localhost/no/such:image' });
      await expect(spec).rejects.toMatchObject({ code: 'IMAGE_NOT_FOUND' });
      expect(await engine.images.inspect('localhost/no/such:image')).toBeUndefined();
    });

    it('imports a tar with exactly the config that was asked for', async () => {
      const reference = `localhost/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', 'world\n'), reference, config);
      const image = await engine.images.inspect(reference);
      expect(image?.config).toEqual(config);
      expect(image?.diffIds).toHaveLength(1);
      await engine.images.remove(reference);
      await engine.images.remove(reference);
      expect(await engine.images.inspect(reference)).toBeUndefined();
    });

    it('labels an image without a layer', async () => {
      const reference = `localhost/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', 'world\n'), reference, { ...config, workingDir: '/' });
      const image = await engine.images.inspect(reference);
      await engine.images.label(reference, `${reference}-labelled`, { added: 'x "y" $z', odd: 'replaced' });
      const labelled = await engine.images.inspect(`${reference}-labelled`);
      expect(labelled?.diffIds).toEqual(image?.diffIds);
      expect(labelled?.config.labels).toMatchObject({ ...config.labels, added: 'x "y" $z', odd: 'replaced' });
      await engine.images.remove(`${reference}-labelled`);
      await engine.images.remove(reference);
    });

    it('labels without a layer where the working folder is not there, or refuses', async () => {
      const reference = `localhost/${uniqueName()}:1`;
      await engine.images.import(tarOf('hello', 'world\n'), reference, { ...config, workingDir: '/not/there' });
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

    it('captures a container with exactly the config that was asked for', async () => {
      await using one = await startSleeper(engine, {
        labels: { 'dev.test.kind': 'builder' },
        env: ['Q=of the builder'],
      });
      await engine.runtime.exec(one.id, { argv: ['touch', '/srv/new'] });
      expect(await engine.runtime.listChanges(one.id)).toContainEqual({ path: '/srv/new', kind: 'added' });
      const reference = `localhost/${uniqueName()}:1`;
      await engine.builder.commit(one.id, reference, config);
      const image = await engine.images.inspect(reference);
      expect(image?.config).toEqual({ ...config, env: image?.config.env });
      expect(without(image?.config.env ?? [])).toEqual([...config.env].sort());
      expect((await engine.runtime.inspect(one.id))?.state).toBe('running');
      expect(image?.diffIds.slice(0, -1)).toEqual((await engine.images.inspect(base))?.diffIds);
      expect((await engine.images.list([`odd=${config.labels['odd'] ?? ''}`]))[0]?.tags).toContain(reference);
      await engine.images.remove(reference);
    });

    it('keeps no image that has what the container leaked into it', async () => {
      await using one = await startSleeper(engine, { env: ['TOKEN=secret'] });
      const reference = `localhost/${uniqueName()}:1`;
      await expect(engine.builder.commit(one.id, reference, config)).rejects.toMatchObject({
        code: 'INTERNAL',
        message: expect.stringMatching(/env TOKEN\.$/),
      });
      expect(await engine.images.inspect(reference)).toBeUndefined();
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

    it('unpacks a tar into a stopped container, and reads its log', async () => {
      const name = uniqueName();
      const command = ['sh', '-c', 'cat /opt/hello; echo warned >&2; exit 5'];
      const spec = { name, image: base, command, env: [], labels: {}, user: '', workingDir: '/', mounts: [] };
      const id = await engine.runtime.create({ ...spec, network: 'none' });
      await engine.runtime.putArchive(id, '/opt', tarOf('hello', 'from a tar\n'));
      await engine.runtime.start(id);
      const [stdout, stderr] = [new Collect(), new Collect()];
      await engine.runtime.readLogs(id, { follow: true, stdout, stderr });
      await expect.poll(async () => (await engine.runtime.inspect(id))?.state).toBe('exited');
      expect([stdout.bytes.toString(), stderr.bytes.toString()]).toEqual(['from a tar\n', 'warned\n']);
      expect((await engine.runtime.inspect(id))?.exitCode).toBe(5);
      await engine.runtime.remove(id);
    });
  });
});
