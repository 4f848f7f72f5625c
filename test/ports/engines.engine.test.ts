import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { base, useEngine } from '../adapters/docker/real-engine.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { checkBuilder, describeBuild } from './builder.contract.ts';
import { checkExec } from './exec.contract.ts';
import { checkImages } from './images.contract.ts';
import { checkNetworks } from './networks.contract.ts';
import { checkRuntime } from './runtime.contract.ts';
import type { Subject } from './subject.ts';
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
      expect(['amd64', 'arm64']).toContain(description.architecture);
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

    for (const check of [checkImages, checkBuilder, checkRuntime, checkExec, checkVolumes, checkNetworks])
      check(() => subject);
  });
});
