import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStarted } from '../../src/plan/create-started.ts';
import { describeMoves, publishPorts, readPublished } from '../../src/containers/network/resolve-ports.ts';
import type { ContainerSpec } from '../../src/model/container.ts';
import type { PortMapping } from '../../src/model/workspace.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { base, uniqueName, useEngine } from '../adapters/docker/real-engine.ts';

const port: PortMapping = { address: '127.0.0.1', host: 18_080, container: 80, protocol: 'tcp' };

describeInLab('ports of the host', ({ machines }) => {
  const names = chooseMachines(['b', 'podman'], ['a', 'b', 'podman']);
  describe.each(names.map((name) => machines[name]))('on $kind', (machine) => {
    let engine: Engine;
    const made: string[] = [];
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(async () => {
      for (const name of made) await engine.runtime.remove(name);
      engine.close();
    });
    const spec = (workspace: string): ContainerSpec => {
      const name = uniqueName();
      made.push(name);
      return {
        ...{ name, image: base, command: ['sleep', 'infinity'], env: [], user: '', workingDir: '/', mounts: [] },
        labels: { 'dev.teamvm.role': 'workspace', 'dev.teamvm.folder': '/x', 'dev.teamvm.workspace': workspace },
        stopTimeout: 0,
      };
    };
    const start = async (workspace: string, strict = false): Promise<ContainerSpec> => {
      const publication = await publishPorts(engine, spec(workspace), [port], { strict });
      return createStarted(engine, publication.spec, publication);
    };
    const hosts = (one: ContainerSpec): number[] => readPublished(one).map(({ host }) => host);

    /** Listens in the machine's own network, where no list of containers shows it. */
    const occupy = async (port: number): Promise<void> => {
      const listen = `use IO::Socket::INET; $s = IO::Socket::INET->new(LocalAddr=>"127.0.0.1",LocalPort=>${String(port)},Listen=>1,ReuseAddr=>1) or die; open F,">/on"; sleep 600`;
      const one = { ...spec('occupier'), network: 'host', command: ['perl', '-e', listen] };
      const id = await engine.runtime.create(one);
      await engine.runtime.start(id);
      while ((await engine.runtime.exec(id, { argv: ['test', '-e', '/on'] })) !== 0);
    };

    it('are moved where another workspace or another program has them, and are kept while it is stopped', async () => {
      await occupy(18_081);
      const first = await start('one');
      expect(hosts(first)).toEqual([18_080]);
      const open = { address: '127.0.0.1', host: 18_080, protocol: 'tcp' };
      expect(await engine.runtime.inspect(first.name)).toMatchObject({ ports: [open] });
      expect(await engine.runtime.list(['dev.teamvm.workspace=one'])).toMatchObject([{ ports: [open] }]);
      await engine.runtime.stop(first.name, 0);
      const second = await start('two');
      expect(hosts(second)).toEqual([18_082]);
      expect(describeMoves(readPublished(second))).toEqual(['Port 18080 is taken: 127.0.0.1:18082 is used instead.']);
      await engine.runtime.start(first.name);
      const again = await engine.runtime.list(['dev.teamvm.folder=/x']);
      expect(again.flatMap(({ ports }) => ports.map(({ host }) => host)).sort()).toEqual([18_080, 18_082]);
    });

    it('are refused instead where nothing may be moved, and then nothing is left', async () => {
      await expect(start('three', true)).rejects.toMatchObject({ code: 'PORT_TAKEN', data: { port: 18_080 } });
      const occupied: PortMapping = { ...port, host: 18_081 };
      const publication = await publishPorts(engine, spec('four'), [occupied], { strict: true });
      await expect(createStarted(engine, publication.spec, publication)).rejects.toMatchObject({ code: 'PORT_TAKEN' });
      expect(await engine.runtime.list(['dev.teamvm.workspace=four'])).toEqual([]);
    });
  });
});
