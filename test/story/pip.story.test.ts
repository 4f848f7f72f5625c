import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startPythonIndex, type PythonIndex } from '../lab/python-index.ts';
import { openProject, type Project } from './project.ts';

const packages = [
  { name: 'tiny', version: '1.0', needs: ['dep'] },
  { name: 'dep', version: '0.3' },
  { name: 'hand', version: '2.0', needs: ['helper>=1'] },
  { name: 'helper', version: '1.5' },
];

interface Checked {
  readonly identical: boolean;
  readonly reproduced: readonly string[];
  readonly failed: readonly unknown[];
  readonly opaque: { readonly packages: readonly unknown[]; readonly files: readonly { readonly path: string }[] };
}

describeInLab('Python packages', (lab) => {
  let project: Project;
  let index: PythonIndex;
  const lock = async () => (await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).replaceAll('"', '');
  const pythonItems = ({ groups }: Drift) => groups.flatMap(({ cause, items }) => (cause === 'pip' ? [...items] : []));

  beforeAll(async () => {
    index = await startPythonIndex(lab.registry.host.split(':')[0] ?? '', packages);
    // A login of this machine is no business of an image, nor of a step's output.
    const url = index.url.replace('http://', 'http://kim:hunter2secret@');
    project = await openProject(lab.machines.c, 'pip', {
      yaml: 'packages:\n  apt: [python3-pip]\n  pip: [Tiny]\n',
      env: { ...index.env, PIP_INDEX_URL: url },
    });
  });

  afterAll(async () => {
    await project.remove();
    await index.stop();
  });

  it('are installed by the Python of the base, and locked with what they need by their hashes', async () => {
    const { status, stdout, stderr } = await project.attempt(['up']);
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout + stderr).not.toContain('hunter2secret');
    expect(await project.run('exec', 'tiny')).toBe('tiny 1.0\n');
    const text = await lock();
    expect(text).toContain('pip:tiny: *');
    for (const [name, version] of [
      ['tiny', '1.0'],
      ['dep', '0.3'],
    ] as const) {
      expect(text).toContain(`\n    ${name}: ${version}\n`);
      expect(text).toContain(`${name}.sha256: ${index.hashOf(name, version)}`);
    }
    expect((await project.json<Drift>('drift')).paths).toBe(0);
  });

  it('leave no login in the image, and no cache', async () => {
    const [container = ''] = await project.containers();
    const image = await project.machine.cli(['inspect', '--format', '{{.Image}}', container.split(' ')[0] ?? '']);
    const text = await project.machine.cli(['image', 'inspect', image]);
    expect(text).not.toContain('hunter2secret');
    const found = await project.run(
      ...['exec', '--root', 'sh', '-c', 'grep -rl hunter2secret /etc /root /usr/local /var 2>/dev/null; ls -A /root'],
    );
    expect(found).not.toMatch(/^\//m);
    expect(found).not.toContain('.cache');
  });

  it('that a person installs are told from those of Debian, and from those that came along', async () => {
    const options = `--break-system-packages --index-url ${index.url} --trusted-host ${index.env['PIP_TRUSTED_HOST'] ?? ''}`;
    await project.run(
      'exec',
      '--root',
      'sh',
      '-c',
      `apt-get install -y -qq python3-six && pip install ${options} hand`,
    );
    const drift = await project.json<Drift>('drift', '--files');
    expect(pythonItems(drift)).toMatchObject([
      { name: 'hand', version: '2.0', change: 'added', origin: 'person' },
      { name: 'helper', version: '1.5', change: 'added', origin: 'dependency' },
    ]);
    const debian = drift.groups.find(({ cause }) => cause === 'apt')?.items ?? [];
    expect(debian.map(({ name }) => name)).toEqual(['python3-six']);
  });

  it('are proposed by commit, with their hashes in the lock', async () => {
    await project.run('commit', '--yes', '-m', 'add hand');
    expect(await readFile(join(project.folder, 'devenv.yaml'), 'utf8')).toContain('  pip: [Tiny, hand]');
    const text = await lock();
    for (const [name, version] of [
      ['hand', '2.0'],
      ['helper', '1.5'],
      ['tiny', '1.0'],
    ] as const)
      expect(text).toContain(`${name}.sha256: ${index.hashOf(name, version)}`);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('are made again by a clean build, from exactly the files of the lock', async () => {
    index.add({ name: 'tiny', version: '9.0' }, { name: 'helper', version: '9.0' });
    const asked = index.requests.length;
    const checked = await project.json<Checked>('build', '--clean', '--check');
    expect(checked.failed).toEqual([]);
    expect(checked.identical).toBe(true);
    expect(checked.reproduced).toEqual(expect.arrayContaining(['pip:hand', 'pip:tiny', 'apt:python3-six']));
    expect(checked.opaque.packages).toEqual([]);
    expect(index.requests.slice(asked).filter((path) => path.includes('-9.0-'))).toEqual([]);
  });

  it('are not taken if the index has another file under the name of one', async () => {
    const before = await lock();
    index.add({ name: 'tiny', version: '1.0' });
    const { status, stderr } = await project.attempt(['build', '--clean', '--check']);
    expect(status).toBe(11);
    expect(stderr).toContain('The content of tiny 1.0 does not match its digest');
    expect(await lock()).toBe(before);
    index.add(...packages);
  });

  it('are removed on top, with what only they needed', async () => {
    await project.declare('packages:\n  apt: [python3-pip, python3-six]\n  pip: [tiny]\n');
    const plan = await project.json<{ steps: readonly { id: string; title: string }[] }>('plan');
    expect(plan.steps.map(({ id, title }) => `${id}: ${title}`)).toEqual(['pip:remove: remove hand']);
    await project.run('build', '--yes');
    await project.run('up', '--discard');
    const left = await project.run('exec', 'pip', 'list', '--path', '/usr/local/lib/python3.11/dist-packages');
    expect(left).toMatch(/tiny +1\.0/);
    expect(left).not.toMatch(/hand|helper/);
    expect(await lock()).not.toContain('helper');
  });

  it('that no index has are named, with the nearest version', async () => {
    await project.declare('packages:\n  apt: [python3-pip, python3-six]\n  pip: [tiny==5]\n');
    const { status, stderr } = await project.attempt(['build', '--yes']);
    expect(status).not.toBe(0);
    expect(stderr).toContain('no tiny 5 any more; the nearest is 9.0');
  });
});
