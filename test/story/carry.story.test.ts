import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startDevenv } from './devenv.ts';
import { openProject, type Project } from './project.ts';

interface Up {
  readonly version: number;
  readonly carried?: { readonly paths: number; readonly conflicts: readonly object[] };
}

const soon = { timeout: 60_000, interval: 300 };

describeInLab('changes that no version has, at an up onto a new version', (lab) => {
  for (const machine of chooseMachines(['b'], ['a', 'b', 'c', 'podman'])) describeOn(machine);

  function describeOn(machine: 'a' | 'b' | 'c' | 'podman'): void {
    let b: Project;
    let a: Project;
    const as = (kind: string) => `${kind}, on ${lab.machines[machine].kind}`;
    const inB = (script: string): Promise<string> => b.run('exec', '--root', 'sh', '-c', script);
    /** A commits what the script does, and B gets the lock. */
    const publish = async (script: string): Promise<void> => {
      await a.run('exec', '--root', 'sh', '-c', script);
      await a.run('commit', '--yes', '--no-write-back', '-m', 'by a');
      await a.run('push');
      await takeLock();
    };
    const takeLock = async (): Promise<void> => {
      for (const file of ['devenv.yaml', 'devenv-lock.yaml'])
        await writeFile(join(b.folder, file), await readFile(join(a.folder, file)));
    };
    const list = async (...args: string[]): Promise<readonly string[]> =>
      (await lab.machines[machine].cli(args)).split('\n').filter((line) => line !== '');
    /** B's containers, by the ids that stand in the labels of what works beside them. */
    const origins = (): Promise<readonly string[]> =>
      list('ps', '-aq', '--no-trunc', '--filter', `label=dev.teamvm.folder=${b.folder}`);
    /** What works beside containers, or holds what is carried, of this project alone: other tests have theirs here, too. */
    const beside = async (containers: readonly string[]): Promise<readonly string[]> => {
      const filters = [
        ...containers.map((id) => ['role=helper', `origin=${id}`]),
        ['role=carrier', 'project=carry'],
      ].map((labels) => labels.flatMap((label) => ['--filter', `label=dev.teamvm.${label}`]));
      return (await Promise.all(filters.map((filter) => list('ps', '-aq', ...filter)))).flat();
    };

    beforeAll(async () => {
      await lab.login(machine);
      const yaml = `image: ${lab.registry.host}/carry-${machine}/env\n`;
      a = await openProject(lab.machines[machine], 'carry', { yaml });
      await a.run('up');
      await a.run('exec', '--root', 'sh', '-c', 'mkdir /opt/d; echo 1 > /opt/both; echo 1 > /opt/d/gone');
      await a.run('commit', '--yes', '--no-write-back', '-m', 'start');
      await a.run('push');
      b = await openProject(lab.machines[machine], 'carry', { yaml });
      await mkdir(b.folder, { recursive: true });
      await takeLock();
      await b.run('up');
    });
    afterAll(async () => {
      await b.remove();
      await a.remove();
      await rm(join(b.folder, '..'), { recursive: true, force: true });
    });

    it(as('are refused, and carried over where that is asked for'), async () => {
      await publish('echo of a > /opt/a');
      await inB(
        'echo mine > /opt/mine; echo key > /root/.netrc; rm -r /opt/d; ln -s mine /opt/link; chmod 4711 /opt/mine',
      );
      const refused = await b.attempt(['up']);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('--carry')]);
      const up = await b.json<Up>('up', '--carry');
      expect(up).toMatchObject({ version: 3, carried: { conflicts: [], packages: [] } });
      expect(await inB('cat /opt/mine /opt/a /root/.netrc; stat -c %a /opt/mine; readlink /opt/link; ls /opt')).toBe(
        'mine\nof a\nkey\n4711\nmine\na\nboth\nlink\nmine\n',
      );
      const drift = await b.run('drift', '--files');
      expect(drift).toContain('/opt/mine');
      expect(drift).not.toContain('/opt/a');
      expect(await b.containers()).toHaveLength(1);
      expect((await b.attempt(['up'])).stdout).toContain('is already up');
    });

    it(as('are asked about where both sides changed the same file'), async () => {
      await publish('echo of a > /opt/both; echo 2 > /opt/a');
      await inB('echo of b > /opt/both');
      const refused = await b.attempt(['up', '--carry']);
      expect([refused.status, refused.stderr]).toEqual([6, expect.stringContaining('/opt/both: changed here')]);
      expect(await inB('cat /opt/both /opt/mine')).toBe('of b\nmine\n');
      const up = await b.json<Up>('up', '--carry', '--take', 'mine');
      expect(up.carried?.conflicts).toMatchObject([{ path: '/opt/both', taken: 'mine' }]);
      expect(await inB('cat /opt/both /opt/mine /opt/a')).toBe('of b\nmine\n2\n');
    });

    if (wide)
      it(as('come along when the person says so at a terminal'), async () => {
        await b.declare(`image: ${lab.registry.host}/carry-${machine}/env\nenv: {COLOUR: blue}\n`);
        const env = { ...b.env, TERM: 'xterm' };
        const running = startDevenv(['up'], { folder: b.folder, env, terminal: true });
        await running.said('What should become of them?');
        running.child.stdin.write('\r');
        expect((await running.ended).status).toBe(0);
        expect(await inB('cat /opt/mine')).toBe('mine\n');
      });

    const others = ['intent', 'captured', 'laid'].map((point) => `carry:${point}`);
    const ofUp = ['leave:paused', 'up:renamed', 'up:created', 'up:started', 'up:removed'];
    it.each(['carry:filled', ...(wide ? [...others, ...ofUp] : [])])(
      as('are all there after a kill at %s'),
      async (point) => {
        const colour = point.replace(':', '-');
        await b.declare(`image: ${lab.registry.host}/carry-${machine}/env\nenv: {COLOUR: ${colour}}\n`);
        await inB(`echo ${colour} > /opt/mine`);
        const before = await origins();
        const killed = await b.attempt(['up', '--carry'], { env: { TEAMVM_FAILPOINT: `${point}:kill` } });
        expect(killed.status, killed.stderr).toBe(137);
        // Any command lets it go on where it stood still.
        expect(await inB('cat /opt/mine')).toBe(`${colour}\n`);
        await b.run('up', '--carry');
        expect(await inB('cat /opt/mine; printenv COLOUR; ls /opt')).toBe(
          `${colour}\n${colour}\na\nboth\nlink\nmine\n`,
        );
        expect(await b.containers()).toHaveLength(1);
        const images = await list('images', '--format', '{{.Repository}}:{{.Tag}}');
        expect(images.filter((name) => name.includes('devenv/carry:capture-'))).toEqual([]);
        const all = [...before, ...(await origins())];
        await expect.poll(() => beside(all), soon).toEqual([]);
      },
    );
  }
});
