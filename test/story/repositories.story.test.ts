import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeRepository, makeSigningKey, type SigningKey } from '../lab/apt-repository.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { openProject, type Project } from './project.ts';

describeInLab('Repositories of third parties', (lab) => {
  let project: Project;
  let server: FileServer;
  let key: SigningKey;
  let other: SigningKey;
  const lock = async (): Promise<string> => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
  const serve = async (signer: SigningKey, version: string): Promise<void> => {
    for (const [path, bytes] of await makeRepository(signer, [{ name: 'labtool', version }]))
      for (const prefix of ['', '/two']) server.files.set(prefix + path, bytes);
  };
  const declare = (keyText: string, more = 'packages: {apt: [labtool]}'): Promise<void> =>
    project.declare(
      `repositories:\n  - {name: lab, uri: "${server.url}", suites: [stable], key: ${keyText}}\n${more}\n`,
    );
  const inWorkspace = (...words: readonly string[]): Promise<string> => project.run('exec', '--root', ...words);

  beforeAll(async () => {
    [key, other] = await Promise.all([makeSigningKey('Lab <lab@example.com>'), makeSigningKey('Other')]);
    server = await startFileServer(lab.registry.host.split(':')[0] ?? '');
    project = await openProject(lab.machines.b, 'repositories');
    await serve(key, '1.0');
    server.files.set('/key.asc', Buffer.from(key.armored));
    server.files.set('/key.gpg', key.binary);
    await project.write('keys/lab.asc', key.armored);
    await project.write('keys/other.asc', other.armored);
  });

  afterAll(async () => {
    await project.remove();
    await server.stop();
    await Promise.all([key.remove(), other.remove()]);
  });

  it('come before packages, with the key of a project file', async () => {
    await declare('keys/lab.asc');
    const plan = await project.json<{ steps: readonly { id: string }[] }>('plan');
    expect(plan.steps.map(({ id }) => id).filter((id) => id !== 'user')).toEqual(['repository', 'apt']);
    await project.run('up', '--yes');
    expect(await project.run('exec', 'labtool')).toBe('labtool 1.0\n');
    expect(await inWorkspace('cat', '/etc/apt/sources.list.d/lab.sources')).toBe(
      [
        ...['Types: deb', `URIs: ${server.url}`, 'Suites: stable', 'Components: main'],
        ...['Signed-By: /etc/apt/keyrings/lab.asc', ''],
      ].join('\n'),
    );
    expect(await lock()).toMatch(/apt:[^]*labtool: ["']?1\.0/);
  });

  it('are the same in a clean build', async () => {
    expect(await project.json('build', '--clean', '--check')).toMatchObject({ identical: true });
  });

  it('are refused if another key signed them, also if this machine has read them before', async () => {
    await declare('keys/other.asc');
    const before = await lock();
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status).toBe(8);
    expect(stderr).toContain('The key of the repository lab did not sign it.');
    expect([await lock(), await project.builders()]).toEqual([before, []]);
  });

  it('are refused if the key of an address has another fingerprint', async () => {
    await declare(`{url: "${server.url}/key.gpg", fingerprint: ${other.fingerprint}}`);
    const before = await lock();
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status).toBe(11);
    expect(stderr).toContain(`has the fingerprint ${key.fingerprint}, but ${other.fingerprint} was expected`);
    expect(await lock()).toBe(before);
  });

  it('take a binary key of an address, recorded by its sha256', async () => {
    await declare(`{url: "${server.url}/key.gpg", fingerprint: ${key.fingerprint}}`);
    await project.run('up', '--yes', '--discard');
    expect(await inWorkspace('ls', '/etc/apt/keyrings')).toBe('lab.gpg\n');
    expect(await lock()).toMatch(/lab\.sha256\.any: "?[0-9a-f]{64}/);
    expect(await project.run('exec', 'labtool')).toBe('labtool 1.0\n');
  });

  it('are removed on top, with what came from them', async () => {
    await project.declare('');
    await project.run('up', '--yes', '--discard');
    const left = await inWorkspace(
      'sh',
      '-c',
      'ls /etc/apt/keyrings /etc/apt/sources.list.d; command -v labtool; true',
    );
    expect(left).not.toMatch(/lab/);
  });

  it('added by hand are explained, written back with their key, and built again', { timeout: 600_000 }, async () => {
    const script = `mkdir -p /etc/apt/keyrings && printf %s "$1" >/etc/apt/keyrings/hand.asc &&
      for each in "$2" "$2/two"; do echo "deb [signed-by=/etc/apt/keyrings/hand.asc] $each stable main"; done >/etc/apt/sources.list.d/hand.list &&
      printf 'Package: labtool\\nPin: version 1.*\\nPin-Priority: 900\\n' >/etc/apt/preferences.d/lab &&
      apt-get update -qq && apt-get install -yqq labtool && apt-mark hold labtool`;
    await inWorkspace('sh', '-c', script, 'sh', key.armored, server.url);
    const { groups } = await project.json<{ groups: readonly { cause: string; items: readonly object[] }[] }>('drift');
    expect(groups.find(({ cause }) => cause === 'repository')?.items).toMatchObject([
      { name: 'hand', change: 'added', version: server.url, paths: 2 },
    ]);
    await project.run('commit', '-m', 'add a repository', '--yes');
    const yaml = await readFile(join(project.folder, 'devenv.yaml'), 'utf8');
    expect(yaml).toContain(
      'apt_preferences:\n  lab: |\n    Package: labtool\n    Pin: version 1.*\n    Pin-Priority: 900\n',
    );
    expect(yaml).toMatch(
      /^repositories:\n {2}- name: hand\n {4}uri: \[.*, .*\/two"?\]\n {4}suites: \[stable\]\n {4}components: \[main\]\n {4}key: \|\n {6}-----BEGIN/m,
    );
    expect(yaml).toMatch(/apt: \["?labtool \+hold"?\]/);
    expect((await project.json<{ operations: readonly object[] }>('up')).operations).toEqual([]);
    expect(await project.json('build', '--clean', '--check')).toMatchObject({ identical: true });
    await project.run('build', '--clean', '--yes', '--discard');
    await project.run('up', '--yes');
    expect(await inWorkspace('sh', '-c', 'apt-mark showhold; ls /etc/apt/preferences.d')).toBe('labtool\nlab\n');
    const indent = (text: string): string => text.trimEnd().replace(/^(?=.)/gm, '      ');
    await project.write('devenv.yaml', yaml.replace(/ {6}-----BEGIN[^]*?-----END[^\n]*/, indent(other.armored)));
    const refused = await project.attempt(['up', '--yes']);
    expect([refused.status, refused.stderr]).toEqual([8, expect.stringContaining('hand did not sign it')]);
    await project.declare('');
    await project.run('up', '--yes', '--discard');
  });

  it('that do not answer end the step, and name it', async () => {
    await project.declare(
      'repositories:\n  - {name: gone, uri: "http://127.0.0.1:1", suites: [stable], key: keys/lab.asc}\n',
    );
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status).toBe(5);
    expect(stderr).toContain('The repository gone could not be read.');
  });
});
