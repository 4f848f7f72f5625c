import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { npmAuthorities } from './devenv.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

interface Built {
  readonly plan: {
    readonly kind: string;
    readonly start: { readonly kind: string; readonly number?: number };
    readonly steps: readonly { readonly id: string }[];
  };
  readonly version?: { readonly number: number; readonly layers: number; readonly kind: string };
}

describeInLab('a build that fails', (lab) => {
  let project: Project;
  beforeEach(async () => {
    project = await openProject(lab.machines.b, 'build-fails', { env: npmAuthorities });
  });
  afterEach(() => project.remove());

  it('shows the last output, keeps nothing half-made, and continues after the last good step', async () => {
    const mark = randomUUID();
    // Each run leaves a line, so that a step that runs twice would show.
    await project.declare(
      `run:\n  - {name: first, run: "date +%N > /opt/first-${mark}"}\n  - {name: bad, run: "echo the reason; touch /opt/half; exit 3"}\n`,
    );
    const failed = await project.attempt(['build']);
    expect(failed.status).toBe(8);
    expect(failed.stderr).toMatch(/"?.*bad.*exit code 3\.\n {2}the reason\n/);
    expect(failed.stderr).toContain('continues after the last good step');
    expect(await project.builders()).toEqual([]);
    const failedJson = await project.attempt(['build', '--json']);
    expect(JSON.parse(failedJson.stdout)).toMatchObject({
      error: { code: 'STEP_FAILED', exitCode: 8, data: { exitCode: 3 } },
    });

    const again = await project.attempt(['build']);
    expect(again.status).toBe(8);
    // Only the failing step ran: the good one is there already.
    expect(again.stderr).not.toMatch(/run first/);
    await project.declare(
      `run:\n  - {name: first, run: "date +%N > /opt/first-${mark}"}\n  - {name: bad, run: "touch /opt/whole"}\n`,
    );
    const third = await project.attempt(['build', '--json']);
    expect(third.status).toBe(0);
    expect(third.stderr).not.toMatch(/run first/);
    await project.run('up');
    expect((await project.attempt(['exec', 'test', '-e', '/opt/half'])).status).toBe(1);
    expect((await project.attempt(['exec', 'test', '-e', '/opt/whole'])).status).toBe(0);
  });
});

describeInLab('build', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.a, 'build', { env: npmAuthorities });
  });
  afterAll(() => project.remove());
  const base = (rest = '', apt = ''): string =>
    `files: [{from: conf/tool.conf, to: /etc/tool/tool.conf, mode: "0640"}]\n` +
    `run: [{name: one, run: echo 1 > /opt/one}${rest}]\n${apt}`;
  const sh = async (script: string): Promise<string> => (await project.run('exec', 'sh', '-c', script)).trim();

  it('copies files with their mode, and makes a user with sudo', async () => {
    await project.write('conf/tool.conf', 'colour=blue\n', 0o600);
    await project.declare(base());
    await project.run('up');
    expect(await sh('cat /etc/tool/tool.conf; stat -c "%a %u %g" /etc/tool/tool.conf /etc/tool')).toBe(
      'colour=blue\n640 0 0\n755 0 0',
    );
    const [name = ''] = await project.containers();
    const asDev = ['exec', '-u', 'dev', name.split(' ')[0] ?? '', 'sh', '-c', 'sudo -n id -u; id -un; cd; pwd'];
    expect(await project.machine.cli(asDev)).toBe('0\ndev\n/home/dev');
  });

  it('runs one step for one more package, on top, and leaves no package cache in the layer', async () => {
    const before = await project.json<{ current: { layers: number; number: number } }>('status');
    await project.declare(base('', 'packages: {apt: [tree]}\n'));
    expect((await project.attempt(['plan'])).stdout).toMatch(
      /^Build on top of version 1:\n {2}apt: install tree \(.+\)\nOperations of `devenv up`:\n +1\. step apt: install tree \(/,
    );
    const built = await project.json<Built>('build', '--yes');
    expect(built.plan.steps.map(({ id }) => id)).toEqual(['apt']);
    expect(built.version).toMatchObject({ number: 2, layers: before.current.layers + 1 });
    const content = (
      await project.machine.cli([
        'images',
        '--filter',
        'label=dev.teamvm.project=build',
        '--format',
        '{{.Repository}}:{{.Tag}}',
      ])
    )
      .split('\n')
      .find((each) => /:2-/.test(each));
    // Asked of the image alone: a workspace has the caches mounted.
    const list =
      'ls /var/lib/apt/lists /var/cache/apt /var/cache/apt/archives 2>/dev/null | grep -Ev "^(/|$|lock|partial|archives|lists|auxfiles)"; command -v tree';
    expect(await project.machine.cli(['run', '--rm', content ?? '', 'sh', '-c', list])).toBe('/usr/bin/tree');
    await project.run('up');
    expect(await sh('tree --version')).toMatch(/^tree v/);
  });

  it('rebuilds without a run entry that was removed, and says why', async () => {
    await project.declare(base(', {name: two, run: echo 2 > /opt/two}', 'packages: {apt: [tree]}\n'));
    expect((await project.json<Built>('build', '--yes')).version?.number).toBe(3);
    await project.declare(base('', 'packages: {apt: [tree]}\n'));
    const { stdout } = await project.attempt(['plan']);
    expect(stdout).toMatch(/^Build on top of version 2, because .*two.*:\n/);
    await project.run('up', '--yes');
    expect(await sh('test -e /opt/two && echo there || echo gone; cat /opt/one; tree --version | head -c 4')).toBe(
      'gone\n1\ntree',
    );
  });

  it('makes a version of a base to which it adds nothing', async () => {
    const bare = await openProject(lab.machines.b, 'build-nothing', { yaml: 'user: root\n' });
    try {
      await bare.run('up');
      expect((await bare.run('exec', 'id', '-un')).trim()).toBe('root');
    } finally {
      await bare.remove();
    }
  });

  it('builds from the base when asked, with the versions of the lock', async () => {
    const clean = await project.json<Built>('build', '--clean', '--yes');
    expect(clean.plan.start).toEqual({ kind: 'base' });
    expect(clean.plan.steps.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['user', 'apt', 'files', 'run:one'].filter((id) => id !== 'files')),
    );
    expect(await project.json<Built>('build', '--yes')).toMatchObject({ plan: { kind: 'none' } });
    await project.run('up');
    expect(await sh('cat /opt/one')).toBe('1');
  });

  // `npm test` has it once already, where a whole environment is made step by step.
  if (wide)
    it('installs node and npm packages that run', async () => {
      await project.declare(base('', 'tools: {node: "24"}\npackages: {apt: [tree], npm: [semver@7]}\n'));
      const built = await project.json<Built>('build', '--yes');
      expect(built.plan.steps.map(({ id }) => id)).toEqual(['node', 'npm']);
      await project.run('up');
      expect(await project.run('exec', 'node', '--version')).toMatch(/^v24\.\d+\.\d+\n$/);
      expect(await project.run('exec', 'semver', '1.2.3', '-i', 'minor')).toBe('1.3.0\n');
      const cached = await sh(
        'find / -xdev \\( -name _cacache -o -name "*.tgz" \\) -not -path "/proc/*" 2>/dev/null | grep -v node_modules; true',
      );
      expect(cached).toBe('');
    });
});

describeInLab('a base from a Dockerfile', (lab) => {
  describe.each(chooseMachines(['a', 'c', 'podman'], ['a', 'b', 'c', 'podman']))('on machine %s', (name) => {
    let project: Project;
    beforeAll(async () => {
      project = await openProject(lab.machines[name], `dockerfile-${name}`, { env: npmAuthorities });
      await project.write(
        'docker/Dockerfile',
        `ARG BASE\nFROM \${BASE:-${readyBase}} AS dev\nARG WORD=none\nCOPY . /srv/app/\nRUN echo "said $WORD" > /opt/said\nENV MODE=development\nUSER nobody\nENTRYPOINT ["/bin/false"]\nFROM dev\nRUN exit 9\n`,
      );
      await project.write('app/.dockerignore', '*.log\n');
      await project.write('app/main.txt', 'one');
      await project.write('app/debug.log', 'not for the image');
      await project.write('web/Dockerfile', `FROM ${readyBase}\nCOPY page /srv/page\nCMD ["sh", "-c", "${idle}"]\n`);
      await project.write('web/page', 'hello');
      await project.write('devenv.yaml', yaml());
    });
    afterAll(() => project.remove());
    const yaml = (target = 'dev'): string =>
      [
        ...['version: 1', `name: ${project.name}`, `base:`, '  dockerfile: docker/Dockerfile', '  context: app'],
        ...[`  target: ${target}`, '  args: {WORD: hello}', 'services:', '  web:'],
        ...['    build: {dockerfile: web/Dockerfile, context: web}', ''],
      ].join('\n');
    const sh = async (script: string): Promise<string> => (await project.run('exec', 'sh', '-c', script)).trim();

    it('builds it, and its services, with the context and the arguments', async () => {
      const { stderr } = await project.attempt(['up', '--yes']);
      expect(stderr).toContain('ends with USER nobody; the workspace runs as dev');
      expect(await sh('cat /opt/said /srv/app/main.txt; echo; ls /srv/app; echo $MODE')).toBe(
        'said hello\none\nmain.txt\ndevelopment',
      );
      const [web = ''] = (await project.machine.cli(['ps', '--filter', `label=dev.teamvm.service=web`, '-q'])).split(
        '\n',
      );
      expect(await project.machine.cli(['exec', web, 'cat', '/srv/page'])).toBe('hello');
    });

    it('plans nothing until a file changes that the Dockerfile copies, and names it', async () => {
      await project.write('app/debug.log', 'still not for the image');
      expect(await project.run('plan')).toContain('Nothing to build');
      await project.write('app/main.txt', 'two');
      expect(await project.run('plan')).toContain('app/main.txt changed');
      await project.run('up', '--yes');
      expect(await sh('cat /srv/app/main.txt')).toBe('two');
    });

    it('shows the last lines of a command that fails, and keeps the version', async () => {
      await project.write('docker/Dockerfile', `FROM ${readyBase} AS dev\nRUN echo the reason; exit 3\n`);
      const { status, stderr } = await project.attempt(['up', '--yes']);
      expect(status).toBe(8);
      expect(stderr).toMatch(/command "echo the reason; exit 3" ended with exit code 3\.[^]*\n {2}the reason/);
      expect(await sh('cat /srv/app/main.txt')).toBe('two');
    });
  });
});
