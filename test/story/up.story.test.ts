import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase, type Project } from './project.ts';

interface Up {
  readonly version: number;
  readonly built: boolean;
  readonly operations: readonly { readonly kind: string; readonly cause: string }[];
}

describeInLab('up, killed at any point', (lab) => {
  let project: Project;
  beforeEach(async () => {
    // A step of its own for each project: one that the engine has already would not run.
    project = await openProject(lab.machines.b, 'up-killed', {
      yaml: `run:\n  - {name: one, run: "echo ${randomUUID()} > /opt/one"}\n  - {name: two, run: echo 2 > /opt/two}\n`,
    });
  });
  afterEach(() => project.remove());

  it('goes on from there at each next call, and in the end nothing is left over', async () => {
    const volumes = await project.anonymousVolumes();
    for (const point of [
      'build:step:1',
      'build:step:3',
      'record:before',
      'record:named',
      'lock:before',
      'write-atomic.temporary',
      'write-atomic.rename',
      'lock:after',
      'up:created',
      'up:started',
    ]) {
      const killed = await project.attempt(['up'], { env: { TEAMVM_FAILPOINT: `${point}:kill` } });
      // The container that was made before a kill is taken as it is, so that the last point is passed no more.
      expect([point, killed.status]).toEqual([point, point === 'up:started' ? 0 : 137]);
    }
    expect(await project.json<Up>('up')).toMatchObject({ version: 1, operations: [], built: false });
    expect(await project.containers()).toEqual([expect.stringMatching(/ running$/)]);
    expect(await project.builders()).toEqual([]);
    // One is the workspace's /tmp.
    expect((await project.anonymousVolumes()).length).toBe(volumes.length + 1);
    // The write that was cut off leaves a hidden file for ten minutes: it might be another machine's, at work.
    const files = (await readdir(project.folder)).filter((file) => !/^\.devenv-lock\.yaml\..*\.tmp$/.test(file));
    expect(files.sort()).toEqual(['devenv-lock.yaml', 'devenv.yaml']);
    expect(await project.run('exec', 'cat', '/opt/two')).toBe('2\n');
    expect(await project.json('verify')).toMatchObject({ identical: true });
  });

  it('leaves no builder where a step is cut off', async () => {
    const { child, ended } = project.start(['up']);
    while ((await project.builders()).length === 0) await new Promise((later) => setTimeout(later, 50));
    child.kill('SIGKILL');
    expect((await ended).status).toBe(137);
    await project.run('up');
    expect(await project.builders()).toEqual([]);
    expect(await project.containers()).toEqual([expect.stringMatching(/ running$/)]);
  });
});

describeInLab('up', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines[wide ? 'a' : 'b'], 'up');
  });
  afterAll(() => project.remove());
  const docker = (...args: string[]): Promise<string> => project.machine.cli(args);
  const container = async (): Promise<string> => {
    const found = await project.containers();
    expect(found.length).toBe(1);
    return found[0]?.split(' ')[0] ?? '';
  };
  const idOf = (name: string): Promise<string> => docker('inspect', '--format', '{{.Id}}', name);

  it('shows with --dry-run what it would do, and does nothing of it', async () => {
    const files = await readdir(project.folder);
    const planned = await project.json<{ operations: readonly { kind: string }[] }>('up', '--dry-run');
    expect(planned.operations.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['base', 'record', 'create', 'start', 'owners']),
    );
    expect((await project.attempt(['up', '--dry-run'])).stdout).toMatch(/workspace: create \(no workspace yet; after/);
    expect(await project.containers()).toEqual([]);
    expect(await readdir(project.folder)).toEqual(files);
  });

  it('run twice at once makes one workspace: one waits for the other', async () => {
    const both = await Promise.all([project.attempt(['up', '--json']), project.attempt(['up', '--json'])]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    const made = both.map(({ stdout }) => (JSON.parse(stdout) as Up).operations.map(({ kind }) => kind));
    expect(made.flat()).toEqual(['create']);
    expect(await project.containers()).toEqual([expect.stringMatching(/ running$/)]);
  });

  it('prints plain lines where there is no terminal, and one document with --json', async () => {
    const plain = await project.attempt(['up'], { env: { NO_COLOR: '1', FORCE_COLOR: '1' } });
    expect(plain.status).toBe(0);
    expect(plain.stdout).toMatch(/^up is already up at version 1 \(.* s\)\. .*\.\n$/);
    expect(plain.stdout + plain.stderr).not.toContain('\u001b');
    const failed = await project.attempt(['up', '--json'], { folder: '/tmp' });
    expect(failed.status).toBe(3);
    expect(JSON.parse(failed.stdout)).toMatchObject({ error: { code: 'CONFIG_NOT_FOUND', exitCode: 3 } });
  });

  it.each([
    ['stopped', async (name: string): Promise<unknown> => docker('stop', '-t', '0', name), 'start', 'it is stopped'],
    ['paused', async (name: string): Promise<unknown> => docker('pause', name), 'unpause', 'it is paused'],
    ['removed', async (name: string): Promise<unknown> => docker('rm', '-f', '-v', name), 'create', 'no workspace yet'],
  ] as const)('brings back a container that was %s, and says why', async (_state, act, kind, cause) => {
    await act(await container());
    const { operations } = await project.json<Up>('up');
    expect(operations).toMatchObject([{ kind, cause }]);
    expect(await project.run('exec', 'echo', 'here')).toBe('here\n');
  });

  it('keeps a container that was renamed: it goes by labels', async () => {
    const id = await idOf(await container());
    await docker('rename', await container(), 'renamed-by-somebody');
    expect((await project.json<Up>('up')).operations).toEqual([]);
    expect(await idOf('renamed-by-somebody')).toBe(id);
  });

  it('makes the container anew where settings change, and no version', async () => {
    const before = await idOf(await container());
    await project.declare('env: {COLOUR: blue}\nfolder: /home/dev/src/shop\n');
    const { operations, built, version } = await project.json<Up>('up');
    expect([built, version]).toEqual([false, 1]);
    expect(operations).toMatchObject([{ kind: 'recreate', cause: 'its settings changed: folder, env' }]);
    expect(await project.run('exec', 'sh', '-c', 'echo $COLOUR; pwd; ls')).toMatch(
      /^blue\n\/home\/dev\/src\/shop\n[^]*devenv\.yaml/,
    );
    expect(await idOf(await container())).not.toBe(before);
  });

  it.each(wide ? ['up:renamed', 'up:created', 'up:started', 'up:removed'] : ['up:created', 'up:removed'])(
    'finishes when it was killed at %s while it made the container anew',
    async (place) => {
      await project.declare(`env: {COLOUR: ${place.slice(3)}}\n`);
      const killed = await project.attempt(['up'], { env: { TEAMVM_FAILPOINT: `${place}:kill` } });
      expect(killed.status).toBe(137);
      // The container that was to go stood still at that moment; any command lets it go on.
      expect((await project.attempt(['exec', 'true'])).status).toBe(0);
      expect((await project.containers()).filter((row) => row.endsWith(' running')).length).toBeGreaterThan(0);
      await project.run('up');
      expect(await project.containers()).toHaveLength(1);
      expect(await project.run('exec', 'printenv', 'COLOUR')).toBe(`${place.slice(3)}\n`);
    },
  );

  it('does not throw away what no version has', async () => {
    await project.run('exec', '--root', 'touch', '/opt/by-hand');
    await project.declare('env: {COLOUR: red}\n');
    const before = await idOf(await container());
    const refused = await project.attempt(['up']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('/opt/by-hand');
    expect(refused.stderr).toContain('devenv commit');
    expect(await idOf(await container())).toBe(before);
    await project.run('up', '--discard');
    expect((await project.attempt(['exec', 'test', '-e', '/opt/by-hand'])).status).toBe(1);
  });

  it('leaves containers of others with like names alone', async () => {
    const name = await container();
    await project.run('destroy', '--yes', '--discard');
    await docker('run', '-d', '--name', name, 'devenv-test/base:1', 'sleep', '1000');
    const builder = `${name.replace(/^devenv-/, 'devenv-build-')}`;
    await docker('create', '--name', builder, 'devenv-test/base:1', 'true');
    try {
      const taken = await project.attempt(['up']);
      expect([taken.status, taken.stderr]).toEqual([10, expect.stringContaining(name)]);
      await project.run('destroy', '--yes');
      expect(await docker('inspect', '--format', '{{.State.Running}}', name)).toBe('true');
      expect(await docker('inspect', '--format', '{{.State.Status}}', builder)).toBe('created');
    } finally {
      await docker('rm', '-f', name, builder);
    }
    await project.run('up');
  });

  it('refuses with --frozen what devenv.yaml asks for beyond the lock, and plan tells it by its status', async () => {
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
    await project.declare('run: [{name: more, run: touch /opt/more}]\n');
    const lock = await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
    const refused = await project.attempt(['up', '--frozen', '--yes']);
    expect([refused.status, refused.stderr]).toEqual([6, expect.stringContaining('devenv plan')]);
    const planned = await project.attempt(['plan', '--exit-code']);
    expect([planned.status, planned.stdout]).toEqual([6, expect.stringContaining('run:more')]);
    expect((await project.attempt(['plan'])).status).toBe(0);
    const unasked = await project.attempt(['up']);
    expect([unasked.status, unasked.stderr]).toEqual([6, expect.stringContaining('--yes')]);
    expect(await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).toBe(lock);
    expect(await project.json<Up>('up', '--yes')).toMatchObject({ built: true, version: 2 });
  });

  it('is interrupted in the middle of a build at once, and finishes at the next call', async () => {
    await project.write('slow', '');
    await project.declare('run: [{name: wait, run: "echo waiting; test -e fast || sleep 600; touch /opt/waited"}]\n');
    const { child, ended, said } = project.start(['up', '--yes', '--discard']);
    await said('wait');
    while ((await project.builders()).length === 0) await new Promise((later) => setTimeout(later, 50));
    await new Promise((later) => setTimeout(later, 700));
    const begun = Date.now();
    child.kill('SIGINT');
    const { status, stderr } = await ended;
    // A second, on a machine that has nothing else to do.
    expect([status, Date.now() - begun < 4_000]).toEqual([130, true]);
    expect(stderr).toContain('same command again');
    expect(await project.builders()).toEqual([]);
    await project.write('fast', '');
    expect(await project.json<Up>('up', '--yes', '--discard')).toMatchObject({ built: true });
    expect((await project.attempt(['exec', 'test', '-e', '/opt/waited'])).status).toBe(0);
  });

  it('says who else works on the project where waiting has an end', async () => {
    await project.declare('run: [{name: wait, run: sleep 60}]\n');
    const { child, ended, said } = project.start(['up', '--yes', '--discard']);
    await said('wait');
    while ((await project.builders()).length === 0) await new Promise((later) => setTimeout(later, 50));
    const busy = await project.attempt(['build', '--yes'], { env: { TEAMVM_LOCK_TIMEOUT: '1' } });
    expect([busy.status, busy.stderr]).toEqual([10, expect.stringMatching(/devenv up.*process \d+/)]);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(143);
  });
});

describeInLab('an engine that dies', (lab) => {
  it('ends exec with status 4, and the next up goes on', async () => {
    const project = await openProject(lab.machines[wide ? 'a' : 'b'], 'up-dies');
    try {
      await project.run('up');
      const { ended, said } = project.start(['exec', 'sh', '-c', 'echo ready; sleep 100']);
      await said('ready');
      await project.machine.kill();
      const { status, stderr } = await ended;
      expect(status).toBe(4);
      expect(stderr).toMatch(/engine/i);
      expect(stderr).not.toMatch(/INTERNAL|fault/);
      const absent = await project.attempt(['exec', 'true']);
      expect(absent.status).toBe(4);
      await project.machine.start();
      await project.run('up');
      expect(await project.run('exec', 'echo', 'back')).toBe('back\n');
    } finally {
      if (!project.machine.running()) await project.machine.start();
      await project.remove();
    }
  });
});

interface Rows {
  readonly snapshots: readonly { readonly number: number }[];
}

// Long: the wide run has it.
if (wide)
  describeInLab('an engine that is restarted', (lab) => {
    const slow = `echo kept >/data/row; trap 'exit 0' TERM; while :; do sleep 0.1; done`;
    const yaml = ['first', 'second']
      .map((name) => {
        const ready = '{command: test -e /data/go, interval: 200ms, retries: 300}';
        return `  ${name}: {image: ${readyBase}, command: "${slow}", volumes: ["${name}:/data"], ready: ${ready}}\n`;
      })
      .join('');
    let project: Project;
    const names = async (): Promise<readonly string[]> =>
      (await project.containers()).map((row) => row.split(' ')[0] ?? '').filter((name) => /first|second/.test(name));
    const inState = async (state: string): Promise<readonly string[]> =>
      (await project.containers()).filter((row) => row.endsWith(` ${state}`));
    const patient = { timeout: 30_000 };
    const expectGone = ({ status, stderr }: { readonly status: number; readonly stderr: string }): void => {
      expect([status, stderr]).toEqual([4, expect.stringMatching(/engine/i)]);
      expect(stderr).not.toMatch(/INTERNAL|fault|report/);
    };
    const expectAll = async (): Promise<void> => {
      expect(await project.run('exec', 'cat', '/opt/mine')).toBe('mine\n');
      expect(await inState('running')).toHaveLength(3);
      for (const name of await names())
        expect(await project.machine.cli(['exec', name, 'cat', '/data/row'])).toBe('kept');
    };
    beforeAll(async () => {
      project = await openProject(lab.machines.b, 'restarted');
      await project.run('up');
      await project.run('exec', '--root', 'sh', '-c', 'echo mine >/opt/mine');
      await project.declare(`services:\n${yaml}`);
    });
    afterAll(() => project.remove());

    it('while services get ready, ends up with status 4, and the next one goes on', async () => {
      const { ended } = project.start(['up']);
      await expect.poll(names, patient).toHaveLength(2);
      await project.machine.restart();
      expectGone(await ended);
      const next = project.start(['up']);
      await expect.poll(() => inState('running'), patient).toHaveLength(3);
      for (const name of await names()) await project.machine.cli(['exec', name, 'touch', '/data/go']);
      const { status, stderr } = await next.ended;
      expect([status, stderr]).toEqual([0, expect.anything()]);
      await expectAll();
    });

    it('while a command runs, ends it with status 4', async () => {
      const { ended, said } = project.start(['exec', 'sh', '-c', 'echo ready; sleep 100']);
      await said('ready');
      await project.machine.restart();
      expectGone(await ended);
      await project.run('up');
      await expectAll();
    });

    it('while a snapshot is taken, leaves none and nothing paused', async () => {
      const env = { TEAMVM_FAILPOINT: 'snapshot:still:sleep=4000' };
      const { ended } = project.start(['snapshot', 'create'], { env });
      await expect.poll(() => inState('paused'), patient).toHaveLength(3);
      await project.machine.restart();
      expectGone(await ended);
      await project.run('up');
      await expectAll();
      expect((await project.json<Rows>('snapshot', 'list')).snapshots).toEqual([]);
      await project.run('snapshot', 'create');
      expect((await project.json<Rows>('snapshot', 'list')).snapshots).toMatchObject([{ number: 1 }]);
    });
  });
