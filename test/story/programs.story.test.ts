import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startFileServer, type FileServer } from '../lab/file-server.ts';
import { serveCrates, serveModules, servePhp } from '../lab/program-sources.ts';
import { importWholeBase } from '../lab/whole-base.ts';
import { openProject, readyBase, type Project } from './project.ts';

const programs = [
  { name: 'tiny', version: '1.0.0' },
  { name: 'tiny', version: '1.1.0' },
  { name: 'hand', version: '1.5.0' },
];
const php = [
  ...programs.map((each) => ({ ...each, name: `${each.name}-php`, needs: ['dep-php'] })),
  { name: 'dep-php', version: '0.3.0' },
];
const crates = programs.map((each) => ({ ...each, name: `${each.name}-rs` }));

describeInLab('Programs of Go, Rust and PHP', (lab) => {
  let project: Project;
  let server: FileServer;
  const lock = async (): Promise<string> =>
    (await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).replaceAll('"', '');
  const declare = (go: string, cargo: string, composer: string): Promise<void> =>
    project.declare(`packages: {go: [${go}], cargo: [${cargo}], composer: ["${composer}"]}\n`);

  beforeAll(async () => {
    server = await startFileServer(lab.registry.host.split(':')[0] ?? '');
    const home = join(lab.folder, 'programs-home');
    await mkdir(home, { recursive: true });
    await writeFile(
      join(home, 'config.toml'),
      '[source.crates-io]\nreplace-with = "lab"\n[source.lab]\nregistry = "file:///workspace/index"\n',
    );
    const repositories = [{ type: 'composer', url: `${server.url}/php` }, { 'packagist.org': false }];
    await writeFile(join(home, 'config.json'), JSON.stringify({ repositories, config: { 'secure-http': false } }));
    project = await openProject(lab.machines.c, 'programs', {
      base: await importWholeBase(lab.machines.c, ['golang-go', 'cargo', 'composer', 'unzip']),
      env: {
        ...{ CARGO_HOME: home, COMPOSER_HOME: home, GOSUMDB: 'off' },
        GOPROXY: `${server.url.replace('http://', 'http://kim:hunter2secret@')}/go`,
      },
    });
    serveModules(server, programs);
    await serveCrates(server, join(project.folder, 'index'), crates);
    servePhp(server, php);
    await declare('lab.example/tiny@v1.0.0', 'tiny-rs@1.0.0', 'lab/tiny-php:1.0.0');
    // Debian's packages of three languages.
  }, 900_000);

  afterAll(async () => {
    await project.remove();
    await server.stop();
  });

  it('are built by the tools of the image from the mirrors of this machine, and locked by their hashes', async () => {
    const { status, stdout, stderr } = await project.attempt(['up', '--yes']);
    expect(status, stderr.slice(-3000)).toBe(0);
    expect(stdout + stderr).not.toContain('hunter2secret');
    expect(await project.run('exec', 'sh', '-c', 'tiny 2>&1; tiny-rs; tiny-php')).toBe(
      'tiny 1.0.0\ntiny-rs 1.0.0\ntiny-php 1.0.0\n',
    );
    const text = await lock();
    expect(text).toMatch(/lab\.example\/tiny: v1\.0\.0\n +lab\.example\/tiny\.sha256: [0-9a-f]{64}/);
    expect(text).toMatch(/tiny-rs: 1\.0\.0\n +tiny-rs\.sha256: [0-9a-f]{64}/);
    expect(text).toMatch(/lab\/dep-php\.reference: [0-9a-f]{40}/);
    expect(text).toContain('lab/tiny-php.needs: lab/dep-php');
    expect((await project.json<Drift>('drift')).paths).toBe(0);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('are made again by a clean build', async () => {
    const checked = await project.json('build', '--clean', '--no-cache', '--check');
    expect(checked).toMatchObject({ identical: true, failed: [] });
  });

  it('are refused with status 11 if the source has another file, and nothing is recorded', async () => {
    const before = await lock();
    serveModules(server, [{ name: 'tiny', version: '1.0.0', note: 'other' }]);
    const go = await project.attempt(['build', '--clean', '--no-cache', '--check']);
    expect([go.status, go.stderr]).toEqual([
      11,
      expect.stringContaining('The content of lab.example/tiny v1.0.0 does not match'),
    ]);
    serveModules(server, programs);
    servePhp(server, [...php.slice(1), { name: 'tiny-php', version: '1.0.0', needs: ['dep-php'], note: 'other' }]);
    const other = await project.attempt(['build', '--clean', '--no-cache', '--check']);
    expect([other.status, other.stderr]).toEqual([
      11,
      expect.stringContaining('The content of lab/tiny-php 1.0.0 does not match'),
    ]);
    servePhp(server, php);
    expect(await lock()).toBe(before);
  });

  it('of a version that does not exist are answered with the nearest', async () => {
    const before = await lock();
    await declare('lab.example/tiny@v9.0.0', 'tiny-rs@1.0.0', 'lab/tiny-php:1.0.0');
    const go = await project.attempt(['up', '--yes']);
    expect([go.status, go.stderr]).toEqual([8, expect.stringContaining('the nearest is v1.1.0')]);
    await declare('lab.example/tiny@v1.0.0', 'tiny-rs@9.0.0', 'lab/tiny-php:1.0.0');
    const rust = await project.attempt(['up', '--yes']);
    expect([rust.status, rust.stderr]).toEqual([8, expect.stringContaining('the nearest is 1.1.0')]);
    await declare('lab.example/tiny@v1.0.0', 'tiny-rs@1.0.0', 'lab/tiny-php:9.0.0');
    const other = await project.attempt(['up', '--yes']);
    expect([other.status, other.stderr]).toEqual([8, expect.stringContaining('the nearest is 1.1.0')]);
    expect(await lock()).toBe(before);
  });

  it('that a person installs for all are declared by commit; one in a home folder says how', async () => {
    await declare('lab.example/tiny@v1.0.0', 'tiny-rs@1.0.0', 'lab/tiny-php:1.0.0');
    const registry = `--config 'source.crates-io.replace-with="lab"' --config 'source.lab.registry="file:///workspace/index"'`;
    await project.run(
      'exec',
      '--root',
      'sh',
      '-c',
      `CARGO_HOME=/tmp/cargo cargo ${registry} install --root /usr/local hand-rs`,
    );
    const config = await readFile(join(lab.folder, 'programs-home', 'config.json'), 'utf8');
    const composer =
      'COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=/usr/local/share/composer COMPOSER_BIN_DIR=/usr/local/bin composer';
    await project.run(
      ...['exec', '--root', 'sh', '-c'],
      `cd /usr/local/share/composer && printf %s '${config}' >config.json && ${composer} global require --no-interaction lab/hand-php && rm config.json`,
    );
    await project.run(
      'exec',
      'sh',
      '-c',
      `GOSUMDB=off GOFLAGS=-modcacherw GOPROXY=${server.url}/go go install lab.example/hand@latest`,
    );
    const { groups } = await project.json<Drift>('drift');
    const items = groups.flatMap(({ cause, items: all }) => all.map(({ name }) => `${cause} ${name}`));
    expect(items).toEqual(expect.arrayContaining(['cargo hand-rs', 'composer lab/hand-php', 'go hand']));
    const { status, stdout, stderr } = await project.attempt(['commit', '--yes', '-m', 'add hand']);
    expect(status, stderr.slice(-3000)).toBe(0);
    expect(stdout + stderr).toContain('packages: {go: [');
    const yaml = await readFile(join(project.folder, 'devenv.yaml'), 'utf8');
    expect(yaml).toMatch(/cargo: \[tiny-rs@1\.0\.0, hand-rs\]/);
    expect(yaml).toMatch(/composer: \["lab\/tiny-php:1\.0\.0", "?lab\/hand-php"?\]/);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('are changed and removed on top', async () => {
    await project.declare('packages: {go: [lab.example/tiny@v1.1.0]}\n');
    const plan = await project.json<{ steps: readonly { id: string; title: string }[] }>('plan');
    expect(plan.steps.map(({ id, title }) => `${id}: ${title}`)).toEqual(
      expect.arrayContaining(['go: install lab.example/tiny@v1.1.0', 'cargo:remove: remove hand-rs, tiny-rs']),
    );
    await project.run('up', '--yes', '--discard');
    expect(await project.run('exec', 'sh', '-c', 'tiny 2>&1; ls -A /usr/local/bin')).toBe('tiny 1.1.0\ntiny\n');
    expect(await project.run('exec', 'ls', '-A', '/usr/local/share')).not.toContain('composer');
    // The versions before this one keep theirs.
    expect((await lock()).split('\nversions:')[0]).not.toMatch(/tiny-rs|tiny-php/);
  });

  it('name the package that brings their tool', async () => {
    await project.write(
      'devenv.yaml',
      `version: 1\nname: programs\nbase: ${readyBase}\npackages: {cargo: [tiny-rs]}\n`,
    );
    const { status, stderr } = await project.attempt(['up', '--yes', '--discard']);
    expect([status, stderr]).toEqual([8, expect.stringContaining('Add cargo to packages.apt')]);
  });
});
