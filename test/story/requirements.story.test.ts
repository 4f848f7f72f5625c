import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startPythonIndex, type PythonIndex } from '../lab/python-index.ts';
import { openProject, type Project } from './project.ts';

const packages = [
  { name: 'tiny', version: '1.0', needs: ['dep'] },
  { name: 'tiny', version: '1.1', needs: ['dep'] },
  { name: 'dep', version: '0.3' },
  { name: 'tool', version: '2.0', needs: ['dep'] },
  { name: 'hand', version: '3.0' },
];
const apt = 'apt: [python3-pip, python3-venv]';
const yaml = `packages: {${apt}, pip: ["-r requirements.txt"], pipx: [tool]}\nvenvs: {/opt/docs: [tiny==1.0]}\n`;

describeInLab('Requirement files, virtual environments and pipx', (lab) => {
  let project: Project;
  let index: PythonIndex;
  const lock = async (): Promise<string> =>
    (await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).replaceAll('"', '');
  const require = (text: string): Promise<void> => writeFile(join(project.folder, 'requirements.txt'), text);

  beforeAll(async () => {
    index = await startPythonIndex(lab.registry.host.split(':')[0] ?? '', packages);
    project = await openProject(lab.machines.c, 'requirements', { yaml, env: index.env });
    await require('tiny==1.0\n');
  });

  afterAll(async () => {
    await project.remove();
    await index.stop();
  });

  it('are installed, and locked with what they need by their hashes', async () => {
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status, stderr.slice(-3000)).toBe(0);
    expect(await project.run('exec', 'sh', '-c', 'tiny; /opt/docs/bin/tiny; tool')).toBe(
      'tiny 1.0\ntiny 1.0\ntool 2.0\n',
    );
    const text = await lock();
    expect(text).toContain(`requirements.txt/dep.sha256: ${index.hashOf('dep', '0.3')}`);
    expect(text).toContain(`/opt/docs/tiny.sha256: ${index.hashOf('tiny', '1.0')}`);
    expect(text).toContain(`tool/tool.sha256: ${index.hashOf('tool', '2.0')}`);
    expect((await project.json<Drift>('drift')).paths).toBe(0);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('are made again by a clean build, from exactly the files of the lock', async () => {
    index.add({ name: 'dep', version: '9.0' }, { name: 'tool', version: '9.0' });
    const asked = index.requests.length;
    const checked = await project.json('build', '--clean', '--no-cache', '--check');
    expect(checked).toMatchObject({ identical: true, failed: [] });
    expect(index.requests.slice(asked).filter((path) => path.includes('-9.0-'))).toEqual([]);
  });

  it('follow a change of the file, which is the cause of the plan, and keep what still fits', async () => {
    await require('tiny==1.1\n');
    const plan = await project.json<{ steps: readonly { title: string; cause: string }[] }>('plan');
    expect(plan.steps).toMatchObject([{ title: 'install requirements.txt', cause: 'requirements.txt changed' }]);
    await project.run('up', '--yes', '--discard');
    expect(await project.run('exec', 'sh', '-c', 'tiny; /opt/docs/bin/tiny')).toBe('tiny 1.1\ntiny 1.0\n');
    expect(await lock()).toContain('requirements.txt/dep: 0.3');
  });

  it('are refused with status 11 if the index has another file', async () => {
    const before = await lock();
    index.add({ name: 'tool', version: '2.0' });
    const { status, stderr } = await project.attempt(['build', '--clean', '--no-cache', '--check']);
    expect([status, stderr]).toEqual([11, expect.stringContaining('The content of tool 2.0 does not match')]);
    expect(await lock()).toBe(before);
    // The same for a version of the lock that stays as another package is added.
    index.add({ name: 'dep', version: '0.3', needs: ['hand'] });
    await project.declare(yaml.replace('tiny==1.0]', 'tiny==1.0, tool]'));
    const more = await project.attempt(['up', '--yes', '--discard']);
    expect([more.status, more.stderr]).toEqual([11, expect.stringContaining('The content of dep 0.3 does not match')]);
    expect(await lock()).toBe(before);
    index.add(...packages);
    await project.declare(yaml);
  });

  it('that pipx installed for all are declared by commit', async () => {
    const metadata = '{"main_package": {"package": "hand", "package_version": "3.0"}}';
    // As pipx does it: the lab's index has no pip, which pipx would update first.
    const script = `python3 -m venv /opt/pipx/venvs/hand && /opt/pipx/venvs/hand/bin/pip install -q --index-url ${index.url} --trusted-host ${index.env['PIP_TRUSTED_HOST'] ?? ''} hand
printf '%s' '${metadata}' >/opt/pipx/venvs/hand/pipx_metadata.json && ln -s /opt/pipx/venvs/hand/bin/hand /usr/local/bin/hand`;
    await project.run('exec', '--root', 'sh', '-c', script);
    const { groups } = await project.json<Drift>('drift');
    expect(groups.find(({ cause }) => cause === 'pipx')?.items).toMatchObject([
      { name: 'hand', version: '3.0', change: 'added' },
    ]);
    await project.run('commit', '--yes', '-m', 'add hand');
    expect(await readFile(join(project.folder, 'devenv.yaml'), 'utf8')).toContain('pipx: [tool, hand]');
  });

  it('are removed on top', async () => {
    await project.declare(`packages: {${apt}}\n`);
    await project.run('up', '--yes', '--discard');
    expect(
      await project.run(
        'exec',
        'sh',
        '-c',
        'ls -A /usr/local/bin /opt; pip list --path /usr/local/lib/python3.11/dist-packages',
      ),
    ).not.toMatch(/tiny|dep|tool|hand|docs/);
  });

  it('that name a file which is not there are refused before any step', async () => {
    await project.declare(`packages: {${apt}, pip: ["-r nowhere.txt"]}\n`);
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect([status, stderr]).toEqual([3, expect.stringContaining('nowhere.txt')]);
  });
});
