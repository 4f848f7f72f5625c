import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../../../src/model/container.ts';
import type { Limits } from '../../../../src/model/workspace.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { startSleeper, useEngine } from '../real-engine.ts';

const none: Limits = {
  ...{ ulimits: {}, gpus: false, capabilities: [], extraHosts: {}, devices: [] },
  ...{ privileged: false, engineSocket: false },
};

describeInLab('what a container may use', ({ machines }) => {
  describe.each([machines.c, machines.podman])('on $kind', (machine) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await useEngine(machine);
    });
    afterAll(() => {
      engine.close();
    });
    /** What a shell in a container with these limits prints. */
    const ask = async (limits: Partial<Limits>, script: string, user = '0', rest: Partial<ContainerSpec> = {}) => {
      await using one = await startSleeper(engine, { limits: { ...none, ...limits }, ...rest });
      const stdout = new PassThrough();
      const chunks: Buffer[] = [];
      stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
      await engine.runtime.exec(one.id, { argv: ['sh', '-c', script], user, stdout, stderr: stdout });
      return Buffer.concat(chunks).toString().trim();
    };

    it('is limited, and widened, as asked', async () => {
      const limits = {
        ...{ cpus: 0.5, memory: 64 * 1024 ** 2, shm: 32 * 1024 ** 2, ulimits: { nofile: 512 } },
        ...{ capabilities: ['SYS_PTRACE'], extraHosts: { 'api.example.test': '10.1.2.3' } },
        devices: [{ source: '/dev/null', target: '/dev/devenv-test', permissions: 'r' }],
      };
      const group = '/sys/fs/cgroup';
      const script = `cat ${group}/memory.max ${group}/memory/memory.limit_in_bytes 2>/dev/null
        cat ${group}/cpu.max 2>/dev/null || echo $(cat ${group}/cpu/cpu.cfs_quota_us ${group}/cpu/cpu.cfs_period_us)
        df -B1 --output=size /dev/shm | tail -1; ulimit -n; grep -c 'api.example.test' /etc/hosts
        test -c /dev/devenv-test && echo device
        echo $(( (0x$(sed -n 's/^CapEff:\\s*//p' /proc/self/status) >> 19) & 1 ))`;
      const lines = (await ask(limits, script)).split(/\n\s*/);
      expect(lines).toEqual([
        String(64 * 1024 ** 2),
        '50000 100000',
        String(32 * 1024 ** 2),
        '512',
        '1',
        'device',
        '1',
      ]);
    });

    it('has the name, filter, first process and network that are asked for', async () => {
      const script =
        "hostname; sed -n 's/^Seccomp:\\s*//p' /proc/self/status; cat /proc/1/comm; ls /sys/class/net | wc -l";
      // Podman starts one with catatonit, which the lab has not.
      const init = machine.kind !== 'podman';
      const words = { hostname: 'shop.test', securityOptions: ['seccomp=unconfined'], ...(init && { init }) };
      const [name, filter, first, networks] = (await ask({}, script, '0', { ...words, network: 'host' })).split('\n');
      expect([name, filter]).toEqual(['shop.test', '0']);
      if (init) expect(first).toMatch(/init/);
      expect(Number(networks)).toBeGreaterThan(Number((await ask({}, script)).split('\n')[3]));
    });

    it('is everything where it is privileged', async () => {
      const [small, all] = [await ask({}, 'ls /dev | wc -l'), await ask({ privileged: true }, 'ls /dev | wc -l')];
      expect(Number(all)).toBeGreaterThan(Number(small));
    });

    it('reaches the engine by its own socket, with Docker also as somebody who is not root', async () => {
      const request = 'GET /_ping HTTP/1.0\\r\\n\\r\\n';
      const script = `use IO::Socket::UNIX; $s = IO::Socket::UNIX->new("/var/run/docker.sock") or die "no: $!"; print $s "${request}"; print <$s>`;
      for (const user of machine.kind === 'podman' ? ['0'] : ['0', 'nobody'])
        expect(await ask({ engineSocket: true }, `perl -e '${script}'`, user)).toMatch(/ 200 OK[^]*OK$/);
    });

    it('is refused in plain words where the engine has no graphics processors', async () => {
      await expect(startSleeper(engine, { limits: { ...none, gpus: true } })).rejects.toThrow(/graphics processors/);
    });
  });
});
