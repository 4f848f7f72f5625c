import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importBase } from '../lab/base.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { devenv, tryDevenv, type Surroundings } from '../story/devenv.ts';

const points = [
  'commit:intent',
  'commit:paused',
  'commit:unpaused',
  'commit:captured',
  'record:before',
  'record:named',
  'lock:before',
  'lock:after',
  'commit:recorded',
];

describeInLab('a commit that is killed', (lab) => {
  const machine = lab.machines.b;
  const docker = (...args: string[]): Promise<string> => machine.cli(args);
  let at: Surroundings;
  let container: string;

  beforeAll(async () => {
    await importBase(machine, 'teamvm-lab-base');
    const folder = await mkdtemp(join(tmpdir(), 'devenv-test-'));
    at = { folder, env: { ...machine.env, XDG_STATE_HOME: join(folder, 'state'), TEAMVM_FAILPOINT: '' } };
    await writeFile(join(folder, 'devenv.yaml'), 'version: 1\nname: killed\nbase: teamvm-lab-base:latest\n');
    await devenv(['up', '--yes'], at);
    container = await docker('ps', '--quiet', '--no-trunc', '--filter', 'label=dev.teamvm.project=killed');
  });

  afterAll(async () => {
    await devenv(['destroy', '--yes', '--discard'], at);
    await rm(at.folder, { recursive: true, force: true });
  });

  it.each(points)('at %s leaves a state from which the same command finishes', async (point) => {
    const lockPath = join(at.folder, 'devenv-lock.yaml');
    const file = `/opt/${point.replace(':', '-')}`;
    await devenv(['exec', '--root', '--', 'sh', '-c', `echo ${point} > ${file}`], at);
    const before = await readFile(lockPath, 'utf8');
    const commit = ['commit', '--message', point, '--yes'];

    const killed = await tryDevenv(commit, { ...at, env: { ...at.env, TEAMVM_FAILPOINT: `${point}:kill` } });
    expect(killed.status, killed.stderr).toBe(137);
    const now = await readFile(lockPath, 'utf8');
    const recorded = point === 'lock:after' || point === 'commit:recorded';
    expect(now !== before, 'the lock is the old one, or the new one whole').toBe(recorded);

    const again = await devenv(commit, at);
    expect(again.includes('Nothing to commit'), again).toBe(recorded);
    expect(await docker('inspect', '--format', '{{.State.Status}}', container)).toBe('running');
    const lock = await readFile(lockPath, 'utf8');
    const number = /current: (\d+)/.exec(lock)?.[1] ?? '';
    const names = (await docker('images', '--format', '{{.Tag}}', 'devenv/killed')).split('\n');
    expect(
      names.filter((name) => name.startsWith('capture-')),
      'nothing half-made is left',
    ).toEqual([]);
    const versions = [...lock.matchAll(/number: (\d+)/g)].map(([, each]) => each).sort();
    expect(names.map((name) => name.split('-')[0]).sort(), 'every image is a version of the lock').toEqual(versions);
    const image = `devenv/killed:${names.find((name) => name.startsWith(`${number}-`)) ?? ''}`;
    const content = await docker('run', '--rm', '--network=none', '--entrypoint=cat', image, file);
    expect(content).toBe(point);
    const beside = await docker('ps', '--all', '--quiet', '--filter', 'label=dev.teamvm.role=carrier');
    const helpers = await docker('ps', '--all', '--quiet', '--filter', `label=dev.teamvm.origin=${container}`);
    expect(beside + helpers, 'no container is left beside the workspace').toBe('');
  });
});
