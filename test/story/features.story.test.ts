import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImagePlan } from '../../src/model/plan.ts';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { measure } from './measure.ts';
import { openProject, type Project } from './project.ts';
import { packFeature, publishFeature, type FeatureSource } from './publish-feature.ts';

/** Notes its turn; then its own lines. */
const install = (name: string, ...lines: readonly string[]): string =>
  ['#!/bin/sh', 'set -eu', 'mkdir -p /opt/features', `echo ${name} >>/opt/features/order`, ...lines, ''].join('\n');

const feature = (id: string, metadata: object, ...lines: readonly string[]): FeatureSource => ({
  'devcontainer-feature.json': { id, version: '1.0.0', name: id, ...metadata },
  'install.sh': install(id, ...lines),
});

const note = (text: string): string => `echo ${text} >>/workspace/hooks`;

describeInLab('Dev Container Features', (lab) => {
  let project: Project;
  let server: FileServer;
  const { registry } = lab;
  const at = (name: string): string => `${registry.host}/features/${name}`;
  const publish = (name: string, files: FeatureSource): Promise<string> =>
    publishFeature(registry, `features/${name}`, files);
  const inside = (...argv: readonly string[]): Promise<string> => project.run('exec', ...argv);
  const order = async (): Promise<readonly string[]> => (await inside('cat', '/opt/features/order')).trim().split('\n');
  /** How often the registry was asked for anything of a Feature. */
  const asked = async (): Promise<number> => (await readFile(registry.log, 'utf8')).split('/v2/features/').length;
  const lock = (): Promise<string> => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
  const steps = async (): Promise<readonly string[]> => {
    const image = await project.json<ImagePlan>('plan');
    return image.kind === 'none' ? [] : [image.start.kind, ...image.steps.map(({ id }) => id.replace(at(''), ''))];
  };

  /** What devenv.yaml asks for, but for what a test adds. */
  const chosen = (more: Readonly<Record<string, unknown>> = {}): Promise<void> =>
    project.declare(
      `features: ${JSON.stringify({
        [at('top:1')]: { flavour: 'large', 'with-extra': true, text: `it's "$HOME"` },
        [at('tool:1')]: '2.10',
        [at('engine:1')]: {},
        [at('rights')]: {},
        [at('hooks:1')]: {},
        [at('late:1')]: {},
        './features/local': {},
        [`${server.url}/devcontainer-feature-web.tgz`]: {},
        ...more,
      })}\nfeature_order: [${at('late')}]\nhooks: {create: "${note('own-create')}", start: "${note('own-start')}"}\n`,
    );

  beforeAll(async () => {
    server = await startFileServer(registry.host.split(':')[0] ?? '');
    const settings = join(lab.folder, 'features-docker');
    await mkdir(settings, { recursive: true });
    await writeFile(join(settings, 'config.json'), registry.dockerConfig());
    project = await openProject(lab.machines.b, 'features', {
      env: { DOCKER_CONFIG: settings, XDG_CACHE_HOME: join(lab.folder, 'features-cache') },
    });
    await publish('foot:1', feature('foot', { containerEnv: { FOOT: 'here', PATH: '/opt/foot:${PATH}' } }));
    await publish('left:1', feature('left', { dependsOn: { [at('foot:1')]: {} } }, '[ "$FOOT" = here ]'));
    await publish('right:1', feature('right', { dependsOn: { [at('foot:1')]: {} } }));
    const options = {
      flavour: { type: 'string', enum: ['small', 'large'], default: 'small' },
      'with-extra': { type: 'boolean', default: false },
      '1st': { type: 'string', proposals: ['a'], default: 'one' },
      text: { type: 'string', default: '' },
    };
    await publish(
      'top:1',
      feature(
        'top',
        { options, dependsOn: { [at('left:1')]: {}, [at('right:1')]: {} } },
        '[ "$(id -u)" = 0 ] && [ -x install.sh ] && [ "$(stat -c %U .)" = root ]',
        'env | grep -E "^(FLAVOUR|WITH_EXTRA|_ST|TEXT|_REMOTE_USER|_CONTAINER_USER)" | sort >/opt/features/top',
        'env -i sh -c \'. ./devcontainer-features.env; echo "$FLAVOUR $TEXT"\' >/opt/features/sourced',
      ),
    );
    await publish(
      'tool:1',
      feature(
        'tool',
        {
          options: { version: { type: 'string', default: 'latest' } },
          containerEnv: { TOOL_HOME: '/opt/tool', PATH: '${containerEnv:PATH}:/opt/tool/bin' },
        },
        'mkdir -p "$TOOL_HOME/bin"',
        'printf "#!/bin/sh\\necho tool %s\\n" "$VERSION" >"$TOOL_HOME/bin/tool"; chmod +x "$TOOL_HOME/bin/tool"',
      ),
    );
    await publish(
      'engine:1',
      feature(
        'engine',
        {
          ...{ privileged: true, init: true, entrypoint: '/usr/local/share/engine-init.sh ${devcontainerId}' },
          mounts: [{ source: 'engine-data-${devcontainerId}', target: '/var/lib/docker', type: 'volume' }],
        },
        // As that of docker-in-docker: starts a daemon, then hands over to nothing.
        'printf \'#!/bin/sh\\nid -u >>/var/lib/docker/starts; echo "$1" >/var/lib/docker/id; (while :; do sleep 60; done) & echo $! >/run/engine.pid\\nshift; exec "$@"\\n\' >/usr/local/share/engine-init.sh',
        'chmod +x /usr/local/share/engine-init.sh',
      ),
    );
    await publish('rights', feature('rights', { capAdd: ['NET_ADMIN'], securityOpt: ['seccomp=unconfined'] }));
    await publish(
      'hooks:1',
      feature('hooks', {
        legacyIds: ['moments'],
        onCreateCommand: note('on-create'),
        updateContentCommand: ['sh', '-c', note('update-content')],
        postCreateCommand: { one: note('post-create'), two: note('post-create') },
        postStartCommand: note('post-start'),
        postAttachCommand: 'echo attached',
      }),
    );
    await publish('late:1', feature('late', { installsAfter: [at('moments')], deprecated: true }));
    await project.write('features/local/devcontainer-feature.json', '{\n  // of this project\n  "id": "local",\n}\n');
    await project.write('features/local/install.sh', install('local', './lib/more.sh'));
    await project.write('features/local/lib/more.sh', '#!/bin/sh\necho more >/opt/features/more\n', 0o755);
    const web = feature('web', { mounts: ['type=bind,source=/etc,target=/mnt/etc'] });
    server.files.set('/devcontainer-feature-web.tgz', gzipSync(await packFeature(web)));
    await chosen();
  });

  afterAll(async () => {
    await project.remove();
    await server.stop();
  });

  it('are planned with what they depend on, each a step in its place', async () => {
    const planned = await steps();
    const place = (name: string): number => planned.indexOf(`feature:${name}`);
    expect([planned[0], planned.filter((id) => id.startsWith('feature:')).length]).toEqual(['base', 11]);
    expect([
      place('foot:1') < place('left:1'),
      place('left:1') < place('top:1'),
      place('right:1') < place('top:1'),
    ]).toEqual([true, true, true]);
    // feature_order: as soon as the one that it has to come after is there, before all others that wait.
    expect([place('hooks:1') < place('late:1'), place('late:1') < place('left:1')]).toEqual([true, true]);
  });

  it('need agreement to what they would have of the machine', async () => {
    const untrusted = await project.attempt(['up', '--yes']);
    expect(untrusted.status).toBe(9);
    for (const need of [
      `features.${at('engine:1')}: gets privileged`,
      `features.${at('engine:1')}: gets the command /usr/local/share/engine-init.sh`,
      `features.${at('rights')}: gets the capability NET_ADMIN`,
      `features.${at('rights')}: gets the security option seccomp=unconfined`,
      '/etc at /mnt/etc, to read and write',
    ])
      expect(untrusted.stderr).toContain(need);
    expect(await project.containers()).toEqual([]);
    await project.run('trust', '--yes');
  });

  it('are installed in order, with options, user and variables', async () => {
    const { stderr } = await project.attempt(['up', '--yes']);
    expect(stderr).toContain(`${at('late:1')} is deprecated`);
    const installed = await order();
    expect([...installed].sort()).toEqual([
      'engine',
      'foot',
      'hooks',
      'late',
      'left',
      'local',
      'right',
      'rights',
      'tool',
      'top',
      'web',
    ]);
    expect(installed.filter((name) => ['foot', 'left', 'right', 'top'].includes(name))).toEqual([
      'foot',
      'left',
      'right',
      'top',
    ]);
    expect(await inside('cat', '/opt/features/top')).toBe(
      'FLAVOUR=large\nTEXT=it\'s "$HOME"\nWITH_EXTRA=true\n_CONTAINER_USER=dev\n_CONTAINER_USER_HOME=/home/dev\n_REMOTE_USER=dev\n_REMOTE_USER_HOME=/home/dev\n_ST=one\n',
    );
    expect(await inside('cat', '/opt/features/sourced', '/opt/features/more')).toBe('large it\'s "$HOME"\nmore\n');
    expect(await inside('sh', '-c', 'tool; echo "$FOOT $TOOL_HOME"; echo "$PATH"')).toMatch(
      /^tool 2\.10\nhere \/opt\/tool\n\/opt\/foot:.*:\/opt\/tool\/bin\n$/,
    );
    expect(await inside('sh', '-c', 'ls -d /tmp/.devenv-build 2>&1 || true')).toContain('No such file');
  });

  it('shape the container: rights, mounts, first process, entrypoint', async () => {
    const [container = ''] = await project.containers();
    const format = '{{.HostConfig.Privileged}} {{.HostConfig.Init}} {{.HostConfig.CapAdd}} {{.HostConfig.SecurityOpt}}';
    const shown = await project.machine.cli(['inspect', '-f', format, container.split(' ')[0] ?? '']);
    expect(shown).toMatch(/^true true \[.*NET_ADMIN\] \[.*seccomp=unconfined.*\]/);
    expect(
      await inside('sh', '-c', 'cat /var/lib/docker/starts; grep -c . /mnt/etc/passwd >/dev/null && echo bound'),
    ).toBe('0\nbound\n');
    expect(await inside('cat', '/var/lib/docker/id')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(
      await inside(
        'sh',
        '-c',
        'kill -0 "$(cat /run/engine.pid)" 2>&1 || sudo kill -0 "$(cat /run/engine.pid)" && echo runs',
      ),
    ).toContain('runs');
    const volumes = await project.machine.cli([
      'volume',
      'ls',
      '--format',
      '{{.Name}}',
      '--filter',
      `label=dev.teamvm.folder=${project.folder}`,
    ]);
    expect(volumes).toMatch(/\.feature-engine-data$/m);
  });

  it('run their commands before those of devenv.yaml, and their entrypoint at each start', async () => {
    const hooks = (): Promise<readonly string[]> =>
      readFile(join(project.folder, 'hooks'), 'utf8').then((text) => text.trim().split('\n'));
    const first = [
      'on-create',
      'update-content',
      'post-create',
      'post-create',
      'own-create',
      'post-start',
      'own-start',
    ];
    expect(await hooks()).toEqual(first);
    await project.run('down');
    await project.run('up');
    expect(await hooks()).toEqual([...first, 'post-start', 'own-start']);
    expect(await inside('cat', '/var/lib/docker/starts')).toBe('0\n0\n');
    expect((await project.attempt(['shell'], { input: 'exit\n' })).stderr).toContain('attached');
  });

  it('are not asked for again, nor is there anything uncommitted', async () => {
    const [before, downloads] = [await asked(), server.requests.length];
    await project.run('up', '--frozen');
    expect(await steps()).toEqual([]);
    expect(await asked()).toBe(before);
    expect(server.requests).toHaveLength(downloads);
    expect((await project.json<{ paths: number }>('drift')).paths).toBe(0);
  });

  it('stay declared in a commit, and get one step when one more is added', async () => {
    await inside('sudo', 'touch', '/opt/by-hand');
    await project.run('commit', '-m', 'by hand');
    expect(await steps()).toEqual([]);
    await publish('more:1', feature('more', { installsAfter: [at('foot')] }));
    await chosen({ [at('more:1')]: {} });
    expect(await steps()).toEqual(['version', 'feature:more:1']);
    await project.run('up', '--yes');
    expect((await order()).at(-1)).toBe('more');
    await inside('test', '-e', '/opt/by-hand');
  });

  it('fail with status 8 and their last lines, and leave nothing half-made', async () => {
    await publish(
      'bad:1',
      feature('bad', {}, 'head -c 30000000 /dev/zero | tr "\\0" "x\\n" ; echo; echo the reason >&2; exit 3'),
    );
    await chosen({ [at('more:1')]: {}, [at('bad:1')]: {} });
    const before = await lock();
    const failed = await project.attempt(['up', '--yes']);
    expect([failed.status, failed.stderr.length < 100_000]).toEqual([8, true]);
    expect(failed.stderr).toMatch(/bad:1" failed: its install\.sh ended with exit code 3\.[^]*the reason/);
    expect([await lock(), await project.builders()]).toEqual([before, []]);
  });

  if (wide)
    it('may print a gigabyte: devenv needs no more memory for it, and keeps the last lines', async () => {
      const peaks: number[] = [];
      for (const [index, bytes] of [10_000_000, 1_000_000_000].entries()) {
        // An engine copies both outputs at once: the last words of one can be before those of the other.
        const loud = `yes "a line that a long build prints" | head -c ${String(bytes)}; sleep 1; echo the reason >&2; exit 3`;
        await publish(`loud:${String(index)}`, feature('loud', {}, loud));
        await chosen({ [at(`loud:${String(index)}`)]: {} });
        const before = await lock();
        const { status, stderr, peak } = await measure(project, 'build', '--yes');
        expect([status, stderr]).toEqual([8, expect.stringMatching(/exit code 3\.[^]*a long build[^]*the reason/)]);
        expect([stderr.length < 1_000_000, await lock(), await project.builders()]).toEqual([true, before, []]);
        peaks.push(Math.round(peak));
      }
      const [small = 0, large = 0] = peaks;
      console.log('Most memory of devenv beside an install.sh that prints 10 MB and 1 GB:', peaks, 'MB');
      expect(large).toBeLessThan(small + 40);
      expect(large).toBeLessThan(200);
    });

  it('are refused with what is wrong, before anything is built', async () => {
    await publish('ring-a:1', feature('ring-a', { dependsOn: { [at('ring-b:1')]: {} } }));
    await publish('ring-b:1', feature('ring-b', { dependsOn: { [at('ring-a:1')]: {} } }));
    await publish('climbs:1', { ...feature('climbs', {}), '../../../etc/cron.d/x': 'x' });
    for (const [name, options, text] of [
      ['tool:1', { verison: '1' }, 'Did you mean "version"?'],
      ['top:1', { flavour: 'lrage' }, 'Did you mean "large"?'],
      ['ring-a:1', {}, 'ring-a:1 →'],
      ['climbs:1', {}, 'leads out of it'],
      ['none:1', {}, 'no Feature of this name and version'],
    ] as const) {
      await chosen({ [at(name)]: options });
      const refused = await project.attempt(['build']);
      expect([name, refused.status, refused.stderr]).toEqual([name, 3, expect.stringContaining(text)]);
    }
  });

  it('stay what they were when a tag moves, until a build takes the newest', async () => {
    await chosen({ [at('more:1')]: {} });
    const moved = await publish('more:1', feature('more', {}, 'echo new >/opt/features/new'));
    expect(await steps()).toEqual([]);
    await project.run('build', '--update', '--yes');
    expect(await lock()).toContain(moved);
    await project.run('up', '--yes');
    expect(await inside('cat', '/opt/features/new')).toBe('new\n');
  });

  it('are gone when they are removed', async () => {
    await chosen();
    await project.run('up', '--yes');
    expect(await order()).not.toContain('more');
  });

  it('are the same in a clean build', async () => {
    // All of them, once more, only in the wide run.
    if (!wide) {
      await project.declare(`features: ${JSON.stringify({ [at('more:1')]: {}, './features/local': {} })}\n`);
      await project.run('up', '--yes', '--discard');
    }
    const checked = await project.json<{ identical: boolean }>('build', '--clean', '--check');
    expect(checked.identical).toBe(true);
  });
});
