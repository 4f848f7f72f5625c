import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { aptInstall, openProject, type Project } from './project.ts';

const yaml = `packages:
  # what everybody needs
  apt: ["ca-certificates"]   # keep
commit: {exclude: [/opt/scratch]}
`;

describeInLab('drift and write-back', (lab) => {
  let project: Project;
  const asRoot = (script: string) => project.run('exec', '--root', 'sh', '-c', `set -e; ${script}`);
  const drift = () => project.json<Drift>('drift', '--files');
  const items = ({ groups }: Drift, cause: string): string[] =>
    groups
      .filter((group) => group.cause === cause)
      .flatMap((group) => group.items.map(({ name, change }) => `${change} ${name}`))
      .sort();
  const config = () => readFile(join(project.folder, 'devenv.yaml'), 'utf8');
  const lock = () => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');

  beforeAll(async () => {
    project = await openProject(lab.machines[wide ? 'c' : 'b'], 'drift', { yaml });
    await project.run('up');
  });

  afterAll(() => project.remove());

  it('finds nothing in a workspace that nobody touched', async () => {
    expect(await drift()).toMatchObject({ version: 1, paths: 0, groups: [] });
  });

  it('counts no socket, which no image keeps: the workspace can be replaced', async () => {
    await asRoot(
      `perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, pack_sockaddr_un("/srv/app.sock")) or die'`,
    );
    expect(await drift()).toMatchObject({ paths: 0 });
    expect((await project.attempt(['verify'])).status).toBe(0);
    const environment = await config();
    await project.declare(`${yaml}env: {COLOUR: blue}\n`);
    await project.run('up');
    await project.declare(yaml);
    await project.run('up');
    expect(await config()).toBe(environment);
  });

  it('says that edits of the files of the engine are in no version, and which key to use', async () => {
    const untouched = await project.attempt(['drift']);
    expect(untouched.stderr).toBe('');
    await asRoot('echo 10.0.0.1 api.example.test >>/etc/hosts; echo "search example.test" >>/etc/resolv.conf');
    const { stderr } = await project.attempt(['commit', '--yes', '-m', 'hosts']);
    expect(stderr).toContain('limits: {extra_hosts: {api.example.test: "10.0.0.1"}}');
    expect(stderr).toContain('Edits of /etc/resolv.conf are in no version');
    expect(stderr).not.toContain('/etc/hostname');
  });

  it('sorts what a person did by its causes', async () => {
    await asRoot(`${aptInstall} jq cron >/dev/null
      echo x >/etc/app.conf; useradd -m kim; echo 'export COLOUR=red' >>/etc/profile
      echo '# edit' >>/etc/crontab; echo '# edit' >>/etc/pam.conf; rm /usr/share/common-licenses/GPL-3
      mkdir -p /opt/data /opt/scratch; echo 1 >/opt/data/a; echo 2 >/opt/data/b; echo 3 >/opt/scratch/c`);
    const found = await drift();
    expect(items(found, 'apt')).toEqual(['added cron', 'added jq']);
    expect(items(found, 'apt-dependency')).toEqual(expect.arrayContaining(['added libjq1', 'added libonig5']));
    expect(items(found, 'etc')).toEqual(['added /etc/app.conf', 'changed /etc/crontab', 'changed /etc/pam.conf']);
    expect(items(found, 'accounts')).toContain('added kim');
    expect(items(found, 'environment')).toEqual(['added COLOUR']);
    expect(items(found, 'services')).toEqual(['added cron']);
    expect(items(found, 'package-files')).toEqual(['removed /usr/share/common-licenses/GPL-3']);
    expect(items(found, 'opt')).toEqual(['added /opt/data/']);
    expect(items(found, 'other')).toEqual([]);
  });

  it('keeps devenv.yaml as it is where nobody agreed, and says what it could declare', async () => {
    const before = await config();
    const { stderr, stdout } = await project.attempt(['commit', '-m', 'a day of work']);
    expect(stderr).toContain('+  apt: ["ca-certificates", "cron", "jq"]   # keep');
    expect(stdout).toContain('although devenv.yaml could declare it: cron');
    expect(await config()).toBe(before);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('finds what changed since a commit, and nothing older', async () => {
    expect((await drift()).paths).toBe(0);
    await asRoot('rm /opt/data/a; echo more >>/etc/app.conf; echo new >/etc/new.conf');
    const found = await drift();
    expect(found.version).toBe(2);
    expect(items(found, 'etc')).toEqual(['added /etc/new.conf', 'changed /etc/app.conf']);
    expect(items(found, 'opt')).toEqual(['removed /opt/data/a']);
    expect(found.paths).toBe(3);
  });

  it('explains a stopped workspace by names alone', async () => {
    await project.run('down');
    expect((await drift()).seen).toBe('list');
    await project.run('up');
  });

  it('declares what was installed, so that yaml, lock and image agree', async () => {
    await asRoot(`${aptInstall} hello >/dev/null`);
    await project.run('commit', '--yes', '-m', 'add hello');
    expect(await config()).toContain(yaml.replace('["ca-certificates"]', '["ca-certificates", "hello"]'));
    expect(await lock()).toMatch(/apt:hello: "\*"/);
    expect(await lock()).toMatch(/\n {4}hello: "2\.10-/);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
    expect(await project.json('verify')).toMatchObject({ identical: true });
    expect(await project.json('up')).toMatchObject({ built: false, operations: [] });
  });

  it('declares pinned versions and recommended packages, so that a clean build has what the person had', async () => {
    const shown = await asRoot("apt-cache show tree | sed -n 's/^Version: //p' | head -n 1");
    const version = shown.trim();
    await asRoot(`apt-get install -y htop tree=${version} >/dev/null`);
    await project.run('commit', '--yes', '-m', 'add htop and tree');
    expect(await config()).toContain(`"hello", "htop +recommends", "tree=${version}"`);
    // Earlier tests changed files that no build makes: only the packages are compared here.
    const { stdout } = await project.attempt(['build', '--clean', '--check', '--json']);
    const checked = JSON.parse(stdout) as { reproduced: string[]; opaque: { packages: { name: string }[] } };
    expect(checked.reproduced).toEqual(expect.arrayContaining(['apt:hello', 'apt:htop', 'apt:tree']));
    expect(checked.opaque.packages.map(({ name }) => name)).not.toContain('libgpm2');
    await asRoot('apt-get purge -y htop tree libgpm2 >/dev/null');
    await project.run('commit', '--yes', '-m', 'drop them');
  });

  it('no longer asks for what a person removed', async () => {
    await asRoot('apt-get purge -y hello >/dev/null');
    await project.run('commit', '--yes', '-m', 'drop hello');
    expect(await config()).toContain(yaml);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it.each(wide ? ['record:named', 'yaml:before', 'yaml:after', 'lock:before', 'lock:after'] : ['yaml:after'])(
    'removes nothing when it is killed at %s, and the same commit finishes',
    async (point) => {
      const name = (
        {
          'record:named': 'bc',
          'yaml:before': 'dc',
          'yaml:after': 'ed',
          'lock:before': 'tree',
          'lock:after': 'sl',
        } as const
      )[point as 'record:named'];
      await asRoot(`${aptInstall} ${name} >/dev/null`);
      const killed = await project.attempt(['commit', '--yes', '-m', `add ${name}`], {
        env: { TEAMVM_FAILPOINT: `${point}:kill` },
      });
      expect(killed.status).not.toBe(0);
      const pending = await project.json<{ kind: string; steps?: { id: string }[] }>('plan');
      expect(pending.steps?.filter(({ id }) => id === 'apt:remove') ?? []).toEqual([]);
      await project.run('commit', '--yes', '-m', `add ${name}`);
      expect(await config()).toContain(`"${name}"`);
      expect(await lock()).toContain(`apt:${name}: "*"`);
      expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
      expect(await project.json('verify')).toMatchObject({ identical: true });
    },
  );
});
