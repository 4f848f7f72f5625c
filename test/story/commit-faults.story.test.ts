import { readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { diskOf } from '../lab/machine-paths.ts';
import { stateOf } from '../lab/state-of.ts';
import { openProject, type Project } from './project.ts';

const commit = ['commit', '--yes', '--no-write-back', '-m', 'by hand'] as const;
const lockOf = ({ folder }: Project): Promise<string> => readFile(join(folder, 'devenv-lock.yaml'), 'utf8');
const sh = (project: Project, script: string): Promise<string> => project.run('exec', '--root', 'sh', '-c', script);
/** Names of images that are no version. */
const halves = async ({ machine, name }: Project): Promise<readonly string[]> =>
  (await machine.cli(['images', '--format', '{{.Tag}}', `devenv/${name}`])).split('\n').filter((tag) => /^c/.test(tag));

describeInLab('a commit whose engine is killed in between', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'engine-gone');
    await project.run('up', '--yes');
  });
  afterAll(() => project.remove());

  it.each(wide ? ['commit:paused', 'commit:captured', 'record:named'] : ['commit:paused', 'record:named'])(
    'at %s is recorded by the same command later, and nothing is lost',
    async (point) => {
      const { machine } = project;
      const workspace = await machine.cli(['ps', '-q', '--filter', `label=dev.teamvm.project=${project.name}`]);
      await sh(project, `echo ${point} > /opt/mine; head -c 1000000 /dev/urandom > /opt/data`);
      const [before, sum] = [await lockOf(project), await sh(project, 'sha256sum /opt/data')];
      const running = project.start(commit, { env: { TEAMVM_FAILPOINT: `${point}:sleep=4000` } });
      const reached = {
        'commit:paused': async () => (await stateOf(machine, workspace)) === 'frozen',
        'commit:captured': async () => (await halves(project)).length > 0,
        'record:named': async () => {
          const number = 1 + Number(/^current: (\d+)$/m.exec(before)?.[1]);
          const tags = await machine.cli(['images', '--format', '{{.Tag}}', `devenv/${project.name}`]);
          return tags.includes(`${String(number)}-`);
        },
      }[point];
      await expect.poll(() => reached?.(), { timeout: 60_000, interval: 50 }).toBe(true);
      // The last question about the name is asked just after it was given.
      if (point === 'record:named') await sleep(1000);
      await machine.kill();
      const { status, stderr } = await running.ended;
      expect([status, stderr]).toEqual([4, expect.stringContaining('engine')]);
      // Between naming and recording nobody asks the engine: the lock is the new one whole by then.
      const recorded = point === 'record:named';
      expect((await lockOf(project)) !== before).toBe(recorded);
      await machine.start();

      await project.run('up');
      expect(await sh(project, 'cat /opt/mine; sha256sum /opt/data')).toBe(`${point}\n${sum}`);
      expect(await project.run(...commit)).toContain(recorded ? 'Nothing to commit' : 'Committed version ');
      expect(await project.containers()).toEqual([expect.stringMatching(/ running$/)]);
      expect(await halves(project)).toEqual([]);
      const versions = [...(await lockOf(project)).matchAll(/number: (\d+)/g)].map(([, number]) => number);
      const tags = (await machine.cli(['images', '--format', '{{.Tag}}', `devenv/${project.name}`])).split('\n');
      expect(tags.map((tag) => tag.split('-')[0]).sort()).toEqual(versions.sort());
    },
  );
});

describeInLab('a commit for which the disk of the engine is too small', () => {
  let lab: Lab<'small'>;
  let project: Project;
  const free = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(diskOf(join(lab.folder, 'small')));
    return bavail * bsize;
  };

  beforeAll(async () => {
    lab = await startLab({ machines: { small: 'docker-26' }, disks: { small: { size: '420m', on: 'memory' } } });
    project = await openProject(lab.machines.small, 'full');
    await project.run('up', '--yes');
    await sh(project, 'head -c 60000000 /dev/urandom > /opt/data; echo mine > /opt/mine; sync');
  });
  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it.each([
    ['whole', ''],
    ['with something left out', 'commit: {exclude: [/opt/mine]}\n'],
  ])('%s changes nothing, gives the space back, and is made once there is room', async (_, yaml) => {
    await project.declare(yaml);
    await sh(project, 'date +%N > /opt/now; cat /opt/data > /opt/again; rm /opt/data; mv /opt/again /opt/data; sync');
    const [before, sum] = [await lockOf(project), await sh(project, 'sha256sum /opt/data')];
    const filler = join(diskOf(join(lab.folder, 'small')), 'filler');
    await writeFile(filler, Buffer.alloc(Math.max(0, (await free()) - 30_000_000), 1));
    const room = await free();
    const { status, stderr } = await project.attempt(commit);
    expect(stderr).toMatch(/disk[^\n]* is full|no space left/i);
    expect([1, 4]).toContain(status);
    expect(await lockOf(project)).toBe(before);
    expect(await sh(project, 'sha256sum /opt/data')).toBe(sum);
    expect(await project.containers()).toEqual([expect.stringMatching(/ running$/)]);
    expect(await halves(project)).toEqual([]);
    await expect.poll(free, { timeout: 10_000 }).toBeGreaterThan(room - 3_000_000);
    await rm(filler, { force: true });
    expect(await project.run(...commit)).toContain('Committed version ');
    expect(await sh(project, 'sha256sum /opt/data')).toBe(sum);
  });
});
