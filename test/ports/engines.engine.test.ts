import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, useEngine } from '../adapters/docker/real-engine.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { checkBuilder, describeBuild } from './builder.contract.ts';
import { checkExec } from './exec.contract.ts';
import { checkImages } from './images.contract.ts';
import { checkNetworks } from './networks.contract.ts';
import { checkRuntime } from './runtime.contract.ts';
import { specOf, uniqueName, type Subject } from './subject.ts';
import { checkVolumes } from './volumes.contract.ts';

describeInLab('engines', ({ machines, registry }) => {
  describe.concurrent.each(Object.values(machines))('on $kind', (machine) => {
    let subject: Subject;
    beforeAll(async () => {
      const { host, username, password } = registry;
      const auth = { username, password, server: host };
      const closed = `${host.split(':')[0] ?? ''}:9`;
      const engine = await useEngine(machine);
      const nextSecond = (): Promise<void> => sleep(1_001);
      subject = { engine, base, folder: machine.home, registry: { host, auth }, closed, nextSecond };
    });
    afterAll(() => {
      subject.engine.close();
    });

    it('tells what it is and what it can do', async () => {
      const { address, capabilities } = subject.engine;
      const podman = machine.kind.startsWith('podman');
      expect(address).toBe(machine.address);
      expect(capabilities).toEqual({
        mountsFolders: true,
        commitsAnonymousVolumes: podman,
        mountsBuildSecrets: machine.kind.startsWith('docker-26'),
      });
      const description = await subject.engine.describe();
      const rootless = machine.kind === 'podman-rootless';
      expect(description).toMatchObject({ product: podman ? 'podman' : 'docker', rootless });
      const containerd = machine.kind === 'docker-26-containerd';
      expect(description.storage.layers).toBe(containerd ? 'inside' : 'named');
      expect(description.storage.mountsToCommit).toBe(!podman && !containerd);
      expect(description.storage.loadsAbove).toBe(!podman && !containerd);
      expect(['amd64', 'arm64']).toContain(description.architecture);
    });

    it('tells what takes space on it, layer by layer', async () => {
      const { images, volumes, runtime } = subject.engine;
      const [reference, volume] = [`localhost/${uniqueName()}:1`, uniqueName()];
      await images.label(base, reference, { 'dev.test.kind': 'usage' });
      await volumes.create(volume, { 'dev.test.kind': 'usage' });
      const mounts = [{ kind: 'volume', source: volume, target: '/v', readOnly: false }] as const;
      const id = await runtime.create(specOf(subject, { image: reference, mounts }));
      const unused = uniqueName();
      await volumes.create(unused, {});
      const usage = await subject.engine.usage();
      const image = usage.images.find(({ tags }) => tags.includes(reference));
      expect(image?.labels).toMatchObject({ 'dev.test.kind': 'usage' });
      expect(Math.abs((image?.created ?? 0) - Date.now())).toBeLessThan(10 * 60_000);
      const whole = image?.layers.reduce((sum, { size }) => sum + size, 0) ?? 0;
      // The containerd store tells the size of what it downloaded.
      const { name: store } = (await subject.engine.describe()).storage;
      const size = (await images.inspect(reference))?.size ?? 1;
      if (store.startsWith('containerd/')) expect(whole).toBeGreaterThan(size);
      else expect(whole / size).toBeCloseTo(1, 1);
      const below = usage.images.find(({ tags }) => tags.some((tag) => tag.endsWith(base)));
      expect(image?.layers.slice(0, below?.layers.length)).toEqual(below?.layers);
      expect(usage.volumes.find(({ name }) => name === unused)?.used).toBe(false);
      await volumes.remove(unused);
      expect(usage.volumes.find(({ name }) => name === volume)).toMatchObject({
        used: true,
        labels: { 'dev.test.kind': 'usage' },
      });
      expect(usage.containers.find((one) => one.id === id)).toMatchObject({ image: image?.id, running: false });
      await runtime.remove(id);
      await volumes.remove(volume);
      await images.remove(reference);
    });

    it('tells the instructions that a build from an image runs, unless it is Podman, which does not say', async () => {
      const { images, builder } = subject.engine;
      const build = describeBuild([`FROM ${base}`, 'ONBUILD RUN echo one', 'ONBUILD USER nobody']);
      await builder.build(build);
      const triggers = machine.kind.startsWith('podman') ? undefined : ['RUN echo one', 'USER nobody'];
      expect((await images.inspect(build.reference))?.triggers).toEqual(triggers);
      expect(await images.inspect(base)).not.toHaveProperty('triggers');
      await images.remove(build.reference);
    });

    it('lets containers reach each other on a shared network alone, and none leave an internal one', async ({
      expect,
    }) => {
      const { networks, runtime } = subject.engine;
      const [inside, outside] = [uniqueName(), uniqueName()];
      for (const name of [inside, outside]) await networks.create(name, { labels: {}, internal: name === inside });
      const serve =
        'use IO::Socket::INET; $s = IO::Socket::INET->new(LocalPort => 7000, Listen => 5, ReuseAddr => 1) or die; while ($s->accept) {}';
      const open = async (network: string, alias: string): Promise<string> => {
        const id = await runtime.create(specOf(subject, { network, aliases: [alias], command: ['perl', '-e', serve] }));
        await runtime.start(id);
        return id;
      };
      const [a, b, c] = await Promise.all([open(inside, 'a'), open(inside, 'b'), open(outside, 'c')]);
      const knock = async (from: string, host: string, port: string): Promise<boolean> => {
        const line = `timeout 8 bash -c 'exec 3<>/dev/tcp/${host}/${port}' 2>/dev/null`;
        return (await runtime.exec(from, { argv: ['sh', '-c', line] })) === 0;
      };
      // A server may not listen yet.
      const reach = (from: string, to: string): Promise<void> =>
        expect.poll(() => knock(from, to, '7000'), { timeout: 60_000, interval: 500 }).toBe(true);
      const [host = '', port = ''] = subject.registry.host.split(':');
      await reach(a, 'b');
      expect(await knock(c, host, port)).toBe(true);
      await networks.connect(inside, c, ['late', 'later']);
      for (const name of ['late', 'later']) await reach(a, name);
      await reach(c, 'a');
      await networks.disconnect(inside, c);
      expect([await knock(a, 'c', '7000'), await knock(a, host, port)]).toEqual([false, false]);
      for (const id of [a, b, c]) await runtime.remove(id);
      for (const name of [inside, outside]) await networks.remove(name);
    });

    for (const check of [checkImages, checkBuilder, checkRuntime, checkExec, checkVolumes, checkNetworks])
      check(() => subject);
  });
});
