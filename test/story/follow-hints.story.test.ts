import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { makeRepository, makeSigningKey } from '../lab/apt-repository.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer } from '../lab/file-server.ts';
import { idle, openProject, readyBase, type Project, type ProjectOptions } from './project.ts';

interface Failure {
  readonly code: string;
  readonly suggestions: readonly string[];
}

/** Errors whose hint names a command that needs an engine: what failed ends well after it. */
describeInLab('the hint of', (lab) => {
  const opened: Project[] = [];
  const open = async (name: string, options?: ProjectOptions, machine: 'a' | 'b' = 'b'): Promise<Project> => {
    const project = await openProject(lab.machines[machine], `hint-${name}`, options);
    opened.push(project);
    return project;
  };
  const fail = async (project: Project, args: readonly string[]): Promise<Failure> => {
    const { status, stdout, stderr } = await project.attempt([...args, '--json']);
    if (status === 0) throw new Error(`devenv ${args.join(' ')} did not fail: ${stdout}`);
    return (JSON.parse(stdout === '' ? stderr : stdout) as { readonly error: Failure }).error;
  };
  const hinting = (code: string, ...commands: readonly string[]) => ({
    code,
    suggestions: [expect.stringMatching(new RegExp(commands.join('.*'), 's'))],
  });
  const touch = (project: Project, path: string): Promise<string> => project.run('exec', '--root', 'touch', path);

  beforeAll(async () => {
    await lab.login('a');
    await lab.login('b');
  });
  afterEach(async () => {
    for (const project of opened.splice(0).reverse()) await project.remove();
  });

  it('HOOK_FAILED', async () => {
    const project = await open('hook', { yaml: 'hooks: {create: "sh ./prepare.sh"}\n' });
    expect(await fail(project, ['up', '--yes'])).toMatchObject(hinting('HOOK_FAILED', 'devenv up'));
    await project.write('prepare.sh', 'touch prepared\n');
    await project.run('up', '--yes');
    expect(await project.run('exec', 'ls')).toContain('prepared');
  });

  it('SERVICE_FAILED', async () => {
    const declare = (command: string): string => `services: {db: {image: ${readyBase}, command: "${command}"}}\n`;
    const project = await open('service', { yaml: declare('echo no configuration; exit 1') });
    expect(await fail(project, ['up'])).toMatchObject(hinting('SERVICE_FAILED', 'devenv logs db'));
    expect(await project.run('logs', 'db')).toContain('no configuration');
    await project.declare(declare(idle));
    await project.run('up');
  });

  it('STALE_PARENT', async () => {
    const project = await open('stale');
    await project.run('up');
    await touch(project, '/opt/one');
    await project.run('commit', '-m', 'one');
    await project.run('rollback', '1', '--yes');
    await touch(project, '/opt/two');
    expect(await fail(project, ['commit', '-m', 'two'])).toMatchObject(hinting('STALE_PARENT', 'devenv up --carry'));
    await project.run('up', '--carry');
    await project.run('commit', '-m', 'two');
    expect(await project.run('exec', 'ls', '/opt')).toBe('two\n');
  });

  it('VERSION_NOT_PUSHED', async () => {
    const yaml = `image: ${lab.registry.host}/hint/env\nrun: [{name: one, run: touch /opt/one}]\n`;
    const author = await open('not-pushed', { yaml });
    await author.run('up', '--yes');
    const teammate = await open('not-pushed', { yaml, folder: author.folder }, 'a');
    expect(await fail(teammate, ['up', '--frozen'])).toMatchObject(hinting('VERSION_NOT_PUSHED', 'devenv push'));
    await author.run('push');
    await teammate.run('up', '--frozen', '--yes');
    expect(await teammate.run('exec', 'ls', '/opt')).toBe('one\n');
  });

  it('VERSION_PUSHED', async () => {
    const project = await open('pushed', { yaml: `image: ${lab.registry.host}/hint-pushed/env\n` });
    await project.run('up');
    await touch(project, '/opt/one');
    await project.run('commit', '-m', 'one');
    await project.run('push');
    await touch(project, '/opt/two');
    expect(await fail(project, ['commit', '--amend'])).toMatchObject(hinting('VERSION_PUSHED', 'devenv commit'));
    await project.run('commit', '-m', 'two');
    await project.run('rollback', '1', '--yes');
    await project.run('up', '--yes');
    expect(await project.run('exec', 'ls', '/opt')).toBe('');
  });

  it('PERSONAL_CLASH', async () => {
    const project = await open('personal');
    const folder = join(dirname(project.folder), 'config-b/teamvm');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'personal.yaml'), 'packages: {apt: [tree]}\n');
    await project.run('up', '--yes');
    await project.run('exec', '--root', 'sh', '-c', 'rm /usr/bin/tree');
    expect(await fail(project, ['commit', '-m', 'one'])).toMatchObject(
      hinting('PERSONAL_CLASH', 'TEAMVM_PERSONAL= devenv up --name team', 'devenv commit --name team'),
    );
    const own = { env: { TEAMVM_PERSONAL: '' } };
    expect((await project.attempt(['up', '--name', 'team'], own)).status).toBe(0);
    await project.run('exec', '--name', 'team', '--root', 'touch', '/opt/one');
    await project.run('commit', '--name', 'team', '-m', 'one');
  });

  it('SSHD_MISSING', async () => {
    const project = await open('ssh');
    await project.run('up');
    await project.run('ssh-config', '--print');
    const missing = await project.attempt(['ssh-config', '--connect']);
    expect(missing.stderr).toMatch(/no sshd[^]*packages: \{apt: \[openssh-server\]\}[^]*devenv\s+up/);
    await project.declare('packages: {apt: [openssh-server]}\n');
    await project.run('up', '--yes');
    const { stdout } = await project.attempt(['ssh-config', '--connect']);
    expect(stdout).toMatch(/^SSH-2\.0-OpenSSH/);
  });

  it('PIN_GONE', async () => {
    const key = await makeSigningKey('Lab <lab@example.com>');
    const server = await startFileServer(lab.registry.host.split(':')[0] ?? '');
    const serve = async (version: string): Promise<void> => {
      for (const [path, bytes] of await makeRepository(key, [{ name: 'labtool', version }]))
        server.files.set(path, bytes);
    };
    try {
      await serve('1.0');
      const project = await open('pin', {
        yaml: `repositories: [{name: lab, uri: "${server.url}", suites: [stable], key: lab.asc}]\npackages: {apt: [labtool]}\n`,
      });
      await project.write('lab.asc', key.armored);
      await project.run('up', '--yes');
      await serve('2.0');
      expect(await fail(project, ['build', '--clean', '--no-cache', '--yes'])).toMatchObject(
        hinting('PIN_GONE', 'devenv build --clean --update'),
      );
      await project.run('build', '--clean', '--update', '--yes');
      await project.run('up');
      expect(await project.run('exec', 'labtool')).toBe('labtool 2.0\n');
    } finally {
      await server.stop();
      await key.remove();
    }
  });
});
