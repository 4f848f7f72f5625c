import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isGroupStill } from '../../../../src/adapters/overlay/helper/control-group.ts';
import { findLocalOverlay } from '../../../../src/adapters/overlay/helper/find-overlay.ts';
import { OverlayChanges } from '../../../../src/adapters/overlay/changes/overlay-changes.ts';
import { startLocalHelper } from '../../../../src/adapters/overlay/helper/start-local-helper.ts';
import { StorageHelpers, upperTarget } from '../../../../src/adapters/overlay/helper/storage-helpers.ts';
import type { StorageHelper } from '../../../../src/adapters/overlay/helper/storage-helper.ts';
import type { ContainerDetails } from '../../../../src/model/container.ts';
import type { Engine } from '../../../../src/ports/engine.ts';
import { chooseMachines } from '../../../lab/choose-machines.ts';
import { describeInLab } from '../../../lab/describe-in-lab.ts';
import { startSleeper, useEngine } from '../../docker/real-engine.ts';

const name = upperTarget.slice(1);

/** Odd enough for both ways to differ in, if they did. */
const change = [
  'rm /etc/debian_version && rm -rf /usr/share/doc && mkdir /usr/share/doc && echo one > /usr/share/doc/one',
  'ln -s nowhere /opt/link && mkfifo /opt/fifo && mknod /opt/device c 1 3 && chmod 4755 /usr/bin/env',
  "printf 'x' > \"$(printf '/opt/caf\\351\\n')\" && chown 70000:4294967290 /opt/fifo && ln /usr/bin/env /opt/env",
  'rm -rf /media && echo file > /media && mv /usr/games /usr/moved',
].join(' && ');

/** Counts in the background, for as long as there is a file. */
const count =
  'touch /opt/go; (n=0; while [ -e /opt/go ]; do n=$((n + 1)); echo $n > /opt/count; sleep 0.02; done) >/dev/null 2>&1 &';

/** The helper itself, of it and what it started. */
const helperOf = (ids: readonly number[]): number => {
  const parentOf = (id: number): number =>
    Number(/PPid:\s*(\d+)/.exec(readFileSync(`/proc/${String(id)}/status`, 'utf8'))?.[1]);
  return ids.find((id) => !ids.includes(parentOf(id))) ?? 0;
};

/** Programs of a cache folder that run, by process id. */
const running = (cacheFolder: string): readonly number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      try {
        return readlinkSync(`/proc/${entry}/exe`).startsWith(`${cacheFolder}/`);
      } catch {
        return false;
      }
    })
    .map(Number);

describeInLab('a helper on the machine of the engine', ({ machines }) => {
  const names = chooseMachines(['b', 'c', 'podman'], ['a', 'b', 'c', 'podman']);
  describe.each(names.map((one) => machines[one]))('on $kind', (machine) => {
    let engine: Engine;
    let cacheFolder: string;
    let sleeper: Awaited<ReturnType<typeof startSleeper>>;
    let details: ContainerDetails;

    beforeAll(async () => {
      engine = await useEngine(machine);
      cacheFolder = await mkdtemp(join(tmpdir(), 'devenv-test-'));
      sleeper = await startSleeper(engine);
      await engine.runtime.exec(sleeper.id, { argv: ['sh', '-c', change], user: '0:0' });
      details = (await engine.runtime.inspect(sleeper.id)) as ContainerDetails;
    });

    afterAll(async () => {
      await sleeper[Symbol.asyncDispose]();
      await rm(cacheFolder, { recursive: true, force: true });
    });

    const start = (rest: Partial<Parameters<typeof startLocalHelper>[0]> = {}): Promise<StorageHelper | undefined> => {
      const { upper = '', lower = [] } = findLocalOverlay(details) ?? {};
      return startLocalHelper({ layers: lower, upper, name, cacheFolder, ...rest });
    };

    it('lists what a container beside the workspace lists, and makes none', async () => {
      const list = async (helpers: StorageHelpers): Promise<unknown> => {
        const changes = new OverlayChanges(async () => engine, helpers);
        const listed = await changes.list(sleeper.id, { image: details.image });
        const beside = await engine.runtime.list(['dev.teamvm.role=helper', `dev.teamvm.origin=${sleeper.id}`]);
        await helpers.close();
        return { listed: [...(listed ?? [])], beside: beside.length };
      };
      const local = await list(new StorageHelpers(async () => engine, { cacheFolder }));
      const contained = await list(new StorageHelpers(async () => engine));
      expect(local).toEqual({ ...(contained as object), beside: 0 });
      expect(contained).toMatchObject({ beside: 1 });
      expect((local as { listed: unknown[] }).listed.length).toBeGreaterThan(10);
    });

    it('sees the image and the changes, writes nothing, and has the rights of a container’s program', async () => {
      const helper = (await start()) as StorageHelper;
      const [id = 0] = running(cacheFolder);
      const status = readFileSync(`/proc/${String(id)}/status`, 'utf8');
      // SYS_ADMIN and DAC_OVERRIDE.
      expect(/CapEff:\s*(\S+)/.exec(status)?.[1]).toBe('0000000000200002');
      expect(/CapPrm:\s*(\S+)/.exec(status)?.[1]).toBe('0000000000200002');
      expect(/NoNewPrivs:\s*(\S+)/.exec(status)?.[1]).toBe('1');
      const children: string[] = [];
      for await (const { path } of helper.listChildren(['.', 'proc', 'root'])) children.push(path);
      expect(children).toContain('etc');
      expect(children).toContain(name);
      expect(
        children.filter((path) => path.startsWith('proc/')),
        'not this machine’s',
      ).toEqual([]);
      await expect(helper.unlink(upperTarget, 'opt')).rejects.toThrow(/cannot remove opt: error (30|21)/);
      await expect(helper.unlink('/etc', 'passwd')).rejects.toThrow('cannot remove passwd: error 30');
      helper.stop();
      await expect.poll(() => running(cacheFolder)).toEqual([]);
    });

    it('keeps the container still until it is told, or killed', async () => {
      const { group } = findLocalOverlay(details) ?? {};
      if (group === undefined) throw new Error('the container has no control group here');
      const helper = (await start({ group })) as StorageHelper;
      await engine.runtime.exec(sleeper.id, { argv: ['sh', '-c', count], user: '0:0' });
      const counted = (): string => readFileSync(join(findLocalOverlay(details)?.upper ?? '', 'opt/count'), 'utf8');
      const moves = async (): Promise<boolean> => {
        const before = counted();
        await sleep(150);
        return counted() !== before;
      };
      const goesOn = { timeout: 2_000, interval: 1 };
      await expect.poll(moves, goesOn).toBe(true);
      await helper.freeze();
      expect(isGroupStill(group)).toBe(true);
      expect(await moves()).toBe(false);
      expect((await engine.runtime.inspect(sleeper.id))?.state, 'the engine knows nothing of it').toBe('running');
      expect(await helper.now(), 'it answers meanwhile').toMatch(/^\d{10}/);
      await expect(engine.runtime.exec(sleeper.id, { argv: ['true'] }), 'what may be repeated').rejects.toMatchObject({
        code: 'ENGINE_REFUSED',
        data: { status: 409 },
      });
      await helper.thaw();
      expect(await moves()).toBe(true);

      await helper.freeze();
      const [keeper = 0] = running(cacheFolder).filter((one) => one !== helperOf(running(cacheFolder)));
      process.kill(keeper, 'SIGKILL');
      expect(await moves(), 'what kept it still was killed').toBe(false);
      await helper.thaw();
      expect(await moves()).toBe(true);

      await helper.freeze();
      process.kill(helperOf(running(cacheFolder)), 'SIGKILL');
      await expect.poll(() => isGroupStill(group), goesOn).toBe(false);
      expect(await moves(), 'the helper was killed').toBe(true);
      await expect.poll(() => running(cacheFolder)).toEqual([]);

      const another = (await start({ group })) as StorageHelper;
      await another.freeze();
      another.stop();
      await expect.poll(() => isGroupStill(group), goesOn).toBe(false);
      await expect.poll(() => running(cacheFolder)).toEqual([]);
      await engine.runtime.exec(sleeper.id, { argv: ['rm', '/opt/go'], user: '0:0' });
    });

    it('keeps it still by the second version of control groups, too', async (context) => {
      const [, path = ''] = /^0::(\/.+)$/m.exec(readFileSync(`/proc/${String(details.pid)}/cgroup`, 'utf8')) ?? [];
      const group = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified']
        .map((root) => join(root, path))
        .find((folder) => existsSync(join(folder, 'cgroup.freeze')));
      if (group === undefined) return context.skip('this machine has no second version of control groups');
      const helper = (await start({ group })) as StorageHelper;
      await helper.freeze();
      expect(readFileSync(join(group, 'cgroup.events'), 'utf8')).toContain('frozen 1');
      expect(isGroupStill(group)).toBe(true);
      await helper.thaw();
      expect(readFileSync(join(group, 'cgroup.events'), 'utf8')).toContain('frozen 0');
      await helper.freeze();
      process.kill(helperOf(running(cacheFolder)), 'SIGKILL');
      await expect.poll(() => isGroupStill(group), { timeout: 2_000, interval: 1 }).toBe(false);
    });

    it('cannot keep still what is no control group', async () => {
      const helper = (await start({ group: cacheFolder })) as StorageHelper;
      await expect(helper.freeze()).rejects.toThrow('cannot freeze');
      helper.stop();
      expect(await start({ group: join(cacheFolder, 'none') })).toBeUndefined();
      await expect.poll(() => running(cacheFolder)).toEqual([]);
    });

    it('ends when it is interrupted', async () => {
      const abort = new AbortController();
      const helper = (await start({ signal: abort.signal })) as StorageHelper;
      abort.abort();
      await expect(helper.now()).rejects.toMatchObject({ code: 'INTERRUPTED' });
      await expect.poll(() => running(cacheFolder)).toEqual([]);
    });

    it('is not there where its file is not what it looks like, and is the next time', async () => {
      (await start())?.stop();
      const [file = ''] = readdirSync(cacheFolder);
      const path = join(cacheFolder, file);
      const { length } = readFileSync(path);
      await rm(path);
      writeFileSync(path, Buffer.alloc(length), { mode: 0o700 });
      expect(await start()).toBeUndefined();
      const helper = await start();
      expect(await helper?.now()).toMatch(/^\d{10}\.\d{9}$/);
      helper?.stop();
    });

    it('is not there where layers lie elsewhere, or are too many for the kernel', async () => {
      const { lower = [] } = findLocalOverlay(details) ?? {};
      expect(await start({ layers: [...lower, '/etc'] })).toBeUndefined();
      expect(await start({ layers: Array.from({ length: 500 }, () => lower[0] ?? '') })).toBeUndefined();
      await expect.poll(() => running(cacheFolder)).toEqual([]);
    });

    it('knows the machine by the process of the container', async () => {
      expect(findLocalOverlay(details)?.upper).toBe(findLocalOverlay({ ...details })?.upper);
      expect(findLocalOverlay({ ...details, id: details.id.replace(/^./, 'x') }), 'another’s process').toBeUndefined();
      expect(findLocalOverlay({ ...details, pid: process.pid }), 'a process of no container').toBeUndefined();
      expect(findLocalOverlay({ ...details, pid: 0 }), 'one that does not run').toBeUndefined();
      const upper = '/var/lib/docker/overlay2/0/diff';
      expect(findLocalOverlay({ ...details, overlay: { upper, lower: [] } }), 'other folders').toBeUndefined();
    });
  });
});
