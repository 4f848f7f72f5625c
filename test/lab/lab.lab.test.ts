import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importBase } from './base.ts';
import { wide } from './choose-machines.ts';
import { describeInLab } from './describe-in-lab.ts';
import { findRemains, sweep } from './end.ts';
import { startLab, type Lab } from './lab.ts';
import type { Machine } from './machine.ts';
import { run } from './run.ts';
import { listStates, readState, type LabState } from './state.ts';
import type { Blob } from './transfers.ts';

const base = 'teamvm-lab-base';

describeInLab('the lab', ({ machines, registry, login }) => {
  const { a, b, c, podman } = machines;
  const image = `${registry.host}/lab/moved:${randomBytes(4).toString('hex')}`;
  /** Transfers of this image only: other tests use the registry at the same time. */
  const transferred = (): { readonly up: readonly Blob[]; readonly down: readonly Blob[] } => {
    const own = ({ repository }: Blob): boolean => repository === 'lab/moved';
    const { uploaded, downloaded } = registry.transferred();
    return { up: uploaded.filter(own), down: downloaded.filter(own) };
  };
  const sum = (blobs: readonly Blob[]): number => blobs.reduce((total, { bytes }) => total + bytes, 0);

  it('has engines of different versions', async () => {
    const ask = ['version', '--format', '{{.Server.Version}}'];
    expect(await a.cli(ask)).toMatch(/^20\.10\./);
    expect(await b.cli(ask)).toMatch(/^26\.1\./);
    expect(await podman.cli(ask)).toMatch(/^4\./);
    const storage = ['info', '--format', '{{.Driver}} {{.DriverStatus}}'];
    expect(await b.cli(storage)).toMatch(/^overlay2 /);
    expect(await c.cli(storage)).toContain('io.containerd.snapshotter');
  });

  it('keeps what one engine has from the others', async () => {
    const name = `lab-only-here-${randomBytes(4).toString('hex')}`;
    await importBase(a, base);
    await a.cli(['create', '--name', name, base]);
    for (const other of [b, c, podman]) {
      expect(await other.cli(['ps', '--all', '--format', '{{.Names}}'])).not.toContain(name);
    }
    await a.cli(['rm', name]);
  });

  // Builds of other tests show it, too: only in the wide run.
  it.each((wide ? Object.values(machines) : []).map((machine) => [machine.kind, machine] as const))(
    'reaches the Debian mirror from %s',
    async (_, at) => {
      await importBase(at, base);
      // A long answer: only packets of full size show a wrong packet size.
      const fetched = await at.cli([
        'run',
        '--rm',
        base,
        'sh',
        '-c',
        'apt-get -q -oAcquire::Languages=none update && apt-cache show jq',
      ]);
      expect(fetched).toContain('Package: jq');
    },
  );

  it('moves an image by the registry, for those who log in, and counts its bytes', async () => {
    const secret = randomBytes(300_000).toString('base64');
    const small = await importSmall(a);
    await a.cli(['run', '--name', 'lab-writer', '-i', small, 'tee', '/moved'], { input: secret });
    await a.cli(['commit', 'lab-writer', image]);
    await a.cli(['rm', 'lab-writer']);

    const stranger = { env: { DOCKER_CONFIG: '/nonexistent' } };
    const refused = await a.tryCli(['push', image], stranger);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stderr + refused.stdout).toMatch(/no basic auth|unauthorized|authentication required/);

    await login('a');
    await a.cli(['push', image]);
    expect(sum(transferred().up)).toBeGreaterThan(300_000);
    expect(transferred().down).toEqual([]);

    for (const name of ['b', 'c', 'podman'] as const) {
      const at = machines[name];
      const anonymous = await at.tryCli(['pull', image], stranger);
      expect(anonymous.exitCode, `${name} pulls without a login`).not.toBe(0);
      await login(name);
      const before = transferred().down.length;
      await at.cli(['pull', image]);
      expect(await at.cli(['run', '--rm', image, 'cat', '/moved'])).toBe(secret);
      const got = transferred().down.slice(before);
      expect(got.every((blob) => blob.client === at.ip)).toBe(true);
      expect(sum(got)).toBeGreaterThan(300_000);
    }
  });
});

describeInLab('a lab of its own', () => {
  const running = { a: 'docker-26' } as const;
  let lab: Lab<'a'>;
  beforeAll(async () => {
    lab = await startLab({ machines: running });
  });
  afterAll(() => lab.stop());

  it('restarts an engine, and a killed one', async () => {
    await lab.machines.a.restart();
    expect(lab.machines.a.running()).toBe(true);
    await lab.machines.a.kill();
    expect(lab.machines.a.running()).toBe(false);
    expect((await lab.machines.a.tryCli(['ps'])).exitCode).not.toBe(0);
    await lab.machines.a.start();
    expect(await lab.machines.a.cli(['ps', '--quiet'])).toBe('');
  });

  it('slows a line and lets it go', async () => {
    const { a } = lab.machines;
    const host = lab.registry.host.split(':')[0] ?? '';
    const listener = createServer((socket) => socket.resume()).listen(0, host);
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const send = async (): Promise<number> => {
      const begun = Date.now();
      const sent = await a.run(['bash', '-c', `head -c 4000000 /dev/zero > /dev/tcp/${host}/${port}`]);
      expect(sent.exitCode).toBe(0);
      return Date.now() - begun;
    };
    const before = a.traffic();
    await a.limit('4mbit');
    const slow = await send();
    await a.limit();
    const fast = await send();
    // Data that was sent may still be on its way.
    await expect.poll(() => a.traffic().sent - before.sent, { timeout: 30_000 }).toBeGreaterThan(8_000_000);
    listener.close();
    // 32 million bits, less the buffers at both ends of the line.
    expect(slow).toBeGreaterThan(1_000);
    expect(fast).toBeLessThan(slow / 2);
  });

  it('has a registry that can go away and come back', async () => {
    await lab.registry.stop();
    await expect(fetch(`http://${lab.registry.host}/v2/`)).rejects.toThrow();
    await lab.registry.start();
    expect((await fetch(`http://${lab.registry.host}/v2/`)).status).toBe(401);
  });

  it('leaves nothing behind when it is stopped with a container running', async () => {
    const state = readState(lab.folder) as LabState;
    const small = await importSmall(lab.machines.a);
    await lab.machines.a.cli(['run', '--detach', '--interactive', '--publish', '8080', small, 'cat']);
    expect(await findRemains(state)).not.toEqual([]);
    await lab.stop();
    expect(await findRemains(state)).toEqual([]);
    expect(existsSync(lab.folder)).toBe(false);
  });

  it('is ended by the next start when its process was killed', async () => {
    const script = `
      import { startLab } from ${JSON.stringify(join(import.meta.dirname, 'lab.ts'))};
      const lab = await startLab({ machines: ${JSON.stringify(running)} });
      console.log(lab.folder);
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script]);
    const folder = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim()));
      child.once('exit', () => reject(new Error('the starter ended')));
    });
    const state = readState(folder) as LabState;
    const killed = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await killed;
    expect(await findRemains(state)).not.toEqual([]);

    await sweep();
    expect(await findRemains(state)).toEqual([]);
    expect(listStates().map(({ mark }) => mark)).not.toContain(state.mark);
  });
});

/** Imports a small image with two programs of this machine. Returns its name. */
async function importSmall(machine: Machine): Promise<string> {
  const files = "{ command -v cat; command -v tee; ldd /bin/cat /bin/tee | grep -o '/[^ :]*'; } | sort -u";
  const pack = `${files} | tar -chPT - | "$0" import - lab-small`;
  await run('sh', ['-c', pack, machine.docker], { env: machine.env });
  return 'lab-small';
}
