import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { carrierPrefix } from '../../../src/adapters/overlay/capture/carrier.ts';
import { findGroupOf, isGroupStill } from '../../../src/adapters/overlay/helper/control-group.ts';
import { importBase } from '../../lab/base.ts';
import { wide } from '../../lab/choose-machines.ts';
import { describeInLab } from '../../lab/describe-in-lab.ts';
import { stateOf } from '../../lab/state-of.ts';
import { devenv, startDevenv, tryDevenv, type Surroundings } from '../../story/devenv.ts';

const few = ['commit:paused', 'record:named', 'lock:after'];
const all = [
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

/** What a process has started, and runs. */
const programsOf = (parent: number): readonly { readonly id: number; readonly program: string }[] =>
  readdirSync('/proc').flatMap((entry) => {
    try {
      const own = new RegExp(`^PPid:\\s*${String(parent)}$`, 'm').test(readFileSync(`/proc/${entry}/status`, 'utf8'));
      return own ? [{ id: Number(entry), program: readlinkSync(`/proc/${entry}/exe`) }] : [];
    } catch {
      return [];
    }
  });

const soon = { timeout: 60_000, interval: 200 };

describeInLab('a commit that is killed', (lab) => {
  const machine = lab.machines.b;
  const docker = (...args: string[]): Promise<string> => machine.cli(args);
  /** They end with the program that uses them, and nobody waits for that. Other tests have some here, too. */
  const helpers = (): Promise<string> =>
    docker('ps', '-aq', '--filter', 'label=dev.teamvm.role=helper', '--filter', `label=dev.teamvm.origin=${container}`);
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
    await devenv(['destroy', '--yes', '--discard', '--no-snapshot'], at);
    await rm(at.folder, { recursive: true, force: true });
  });

  it.each(wide ? all : few)('at %s leaves a state from which the same command finishes', async (point) => {
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
    const carriers = () => docker('ps', '--all', '--quiet', '--filter', `name=${carrierPrefix(container)}`);
    await expect.poll(carriers, soon).toBe('');
    await expect.poll(helpers, soon).toBe('');
  });

  const state = () => stateOf(machine, container);
  const groupOf = async (workspace = 'main'): Promise<string> => {
    const labels = ['project=killed', 'role=workspace', `workspace=${workspace}`];
    const found = await docker('ps', '-q', ...labels.flatMap((label) => ['--filter', `label=dev.teamvm.${label}`]));
    const [id = '', pid] = (await docker('inspect', '--format', '{{.Id}} {{.State.Pid}}', found.trim()))
      .trim()
      .split(' ');
    return findGroupOf({ id, pid: Number(pid) }) ?? '';
  };
  const commit = ['commit', '--message', 'again', '--yes'];

  const killPaused = async (env: Surroundings['env'] = {}): Promise<void> => {
    await devenv(['exec', '--root', '--', 'sh', '-c', 'date +%N > /opt/now'], at);
    const killed = { ...at, env: { ...at.env, ...env, TEAMVM_FAILPOINT: 'commit:paused:kill' } };
    expect((await tryDevenv(commit, killed)).status).toBe(137);
  };

  it.each([['exec', '--', 'true'], ['status'], ['ls']])(
    'while the engine had the workspace paused is mended by devenv %s',
    async (...command) => {
      await killPaused({ TEAMVM_HELPER: 'container' });
      expect(await state()).toBe('paused');
      await devenv(command, at);
      expect(await state()).toBe('running');
    },
  );

  it('while it kept the workspace still itself lets it go on at once', async () => {
    await killPaused();
    await expect.poll(state, { timeout: 2_000, interval: 20 }).toBe('running');
  });

  it('together with all that kept the workspace still is mended by the next command', async () => {
    await killPaused();
    const group = await groupOf();
    await expect.poll(state, { timeout: 2_000, interval: 20 }).toBe('running');
    const file = join(group, 'freezer.state');
    await (existsSync(file) ? writeFile(file, 'FROZEN') : writeFile(join(group, 'cgroup.freeze'), '1'));
    await expect.poll(state, { timeout: 2_000, interval: 20 }).toBe('frozen');
    expect(await devenv(['exec', '--', 'echo', 'went on'], at)).toBe('went on\n');
    expect(await state()).toBe('running');
  });

  it.each([
    ['before it is captured', 'main', 'date +%N > /opt/now', 'commit:paused:sleep=1500'],
    // Of one that nothing was captured from, so much is captured by the engine itself.
    ['while the engine captures it', 'other', 'head -c 400000000 /dev/urandom > /opt/large', ''],
  ])('records nothing where only its helper is killed %s', async (_, name, change, failpoint) => {
    await devenv(['up', '--yes', '--name', name], at);
    await devenv(['exec', '--name', name, '--root', '--', 'sh', '-c', change], at);
    const before = await readFile(join(at.folder, 'devenv-lock.yaml'), 'utf8');
    const group = await groupOf(name);
    const env = { ...at.env, TEAMVM_FAILPOINT: failpoint };
    const { child, ended } = startDevenv([...commit, '--name', name], { ...at, env });
    await expect.poll(() => isGroupStill(group), { timeout: 60_000, interval: 2 }).toBe(true);
    await sleep(50);
    const helper = programsOf(child.pid ?? 0).find(({ program }) => /\/helper-[0-9a-f]+$/.test(program));
    if (helper === undefined) throw new Error('the commit has no helper');
    process.kill(helper.id, 'SIGKILL');
    await expect.poll(() => isGroupStill(group), { timeout: 2_000, interval: 2 }).toBe(false);
    const { status, stderr } = await ended;
    expect([status, stderr]).toEqual([4, expect.stringContaining('The workspace ran on during the capture.')]);
    expect(await readFile(join(at.folder, 'devenv-lock.yaml'), 'utf8')).toBe(before);
    expect(await docker('images', '--quiet', '--filter', 'reference=devenv/killed:capture-*')).toBe('');
    expect(await devenv(['exec', '--name', name, '--', 'echo', 'runs'], at)).toBe('runs\n');
    if (name !== 'main') await devenv(['destroy', '--name', name, '--yes', '--discard', '--no-snapshot'], at);
  });

  it('keeps exec waiting while the workspace stands still', async () => {
    await devenv(['exec', '--root', '--', 'sh', '-c', 'date +%N > /opt/now'], at);
    const env = { ...at.env, TEAMVM_FAILPOINT: 'commit:paused:sleep=1000' };
    const { ended } = startDevenv(commit, { ...at, env });
    await expect.poll(state, { timeout: 60_000 }).toBe('frozen');
    expect(await devenv(['exec', '--', 'echo', 'went on'], at)).toBe('went on\n');
    expect((await ended).status).toBe(0);
  });

  it('ends soon at a Ctrl-C, and at two in a row, with the workspace running', async () => {
    await devenv(['exec', '--root', '--', 'sh', '-c', 'head -c 200000000 /dev/urandom > /opt/big'], at);
    const group = await groupOf();
    const before = await readFile(join(at.folder, 'devenv-lock.yaml'), 'utf8');
    for (const presses of [1, 2]) {
      const { child, ended } = startDevenv(commit, at);
      await expect.poll(() => isGroupStill(group), { timeout: 60_000, interval: 2 }).toBe(true);
      const pressed = performance.now();
      for (let press = 0; press < presses; press += 1) child.kill('SIGINT');
      const { status } = await ended;
      // A second, on a machine that has nothing else to do.
      expect(performance.now() - pressed).toBeLessThan(8_000);
      expect(status).toBe(130);
      expect(await state()).toBe('running');
      expect(await readFile(join(at.folder, 'devenv-lock.yaml'), 'utf8')).toBe(before);
      await expect.poll(helpers, soon).toBe('');
    }
    await devenv(['exec', '--root', '--', 'truncate', '--size', '1', '/opt/big'], at);
    expect(await devenv(commit, at)).toContain('Committed version ');
  });
});
