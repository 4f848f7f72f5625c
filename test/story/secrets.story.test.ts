import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { random } from '../secrets/made-values.ts';
import { openProject, readyBase, type Project } from './project.ts';
import type { Outcome } from './devenv.ts';

const run = promisify(execFile);
const token = `ghp_${random(36)}`;
const password = `Pw9${random(14)}`;
const body = random(64);
const planted = [token, password, body];

describeInLab('secrets in a workspace', (lab) => {
  let project: Project;
  const seen: string[] = [];
  const attempt = async (...args: string[]): Promise<Outcome> => {
    const outcome = await project.attempt(args);
    seen.push(outcome.stdout, outcome.stderr);
    return outcome;
  };
  const sh = (script: string): Promise<string> => project.run('exec', '--root', 'sh', '-c', script);
  const lock = (): Promise<string> => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
  /** Of this project: other tests use the same engine at the same time. */
  const images = async (): Promise<string> =>
    (await project.machine.cli(['images', '--no-trunc', '--format', '{{.ID}} {{.Tag}}', `devenv/${project.name}`]))
      .split('\n')
      .sort()
      .join('\n');
  /** Everything of the newest version's image, uncompressed. */
  const saved = async (): Promise<Buffer> => {
    const list = await project.machine.cli(['images', '--format', '{{.Repository}}:{{.Tag}}']);
    const current = /^current: (\d+)$/m.exec(await lock())?.[1] ?? '';
    const own = list.split('\n').filter((each) => new RegExp(`devenv/${project.name}:v?${current}\\b`).test(each));
    const file = join(project.folder, '..', 'image.tar');
    await project.machine.cli(['save', '-o', file, own[0] ?? '']);
    const bytes = await readFile(file);
    await rm(file);
    return bytes;
  };

  beforeAll(async () => {
    project = await openProject(lab.machines[wide ? 'a' : 'b'], 'secrets');
    await project.run('up', '--yes');
    await sh(`
      mkdir -p /home/dev/.config/app /srv/app
      printf 'one\\n\\ntoken: %s\\n' ${token} > /home/dev/.config/app/settings
      printf '//r.example.com/:_authToken=%s\\n' ${password} > /home/dev/.npmrc
      printf -- '-----BEGIN RSA PRIVATE KEY-----\\n%s\\n' ${body} > /srv/app/server.key
      printf 'tool\\n' > /opt/tool`);
  });
  afterAll(() => project.remove());

  it('are refused before anything is written, and the workspace runs on', async () => {
    const [before, had] = [await lock(), await images()];
    const refused = await attempt('commit', '--yes', '-m', 'add tool');
    expect(refused.status).toBe(7);
    expect(refused.stderr).toMatch(/\/home\/dev\/\.config\/app\/settings:3 +github-token +ghp_\*+/);
    expect(refused.stderr).toMatch(/\/home\/dev\/\.npmrc:1 +npmrc/);
    expect(refused.stderr).toMatch(/\/srv\/app\/server\.key:1 +private-key/);
    expect(refused.stderr).toContain('--allow');
    expect(await lock()).toBe(before);
    expect(await images()).toBe(had);
    expect((await project.containers()).map((each) => each.split(' ')[1])).toEqual(['running']);
  });

  it('pass with a reason, which the lock records, and stay out where they are excluded', async () => {
    await project.declare('commit: {exclude: [/home/dev/.config/app/**, /home/dev/.npmrc]}\n');
    const made = await attempt('commit', '--yes', '-m', 'add tool', '--allow', '/srv/app/server.key=made for = tests');
    expect(made.stderr + made.stdout).toContain('version 2');
    expect(made.status).toBe(0);
    expect(await lock()).toContain(
      '    allowed:\n      - path: /srv/app/server.key\n        reason: "made for = tests"\n        content: sha256:',
    );
    const image = await saved();
    expect(image.includes(body)).toBe(true);
    expect(image.includes(token)).toBe(false);
    expect(image.includes(password)).toBe(false);
  });

  it('are found under another name of an excluded file', async () => {
    await sh('ln /home/dev/.config/app/settings /srv/app/linked');
    const refused = await attempt('commit', '--yes', '-m', 'linked');
    expect([refused.status, refused.stderr]).toEqual([7, expect.stringMatching(/\/srv\/app\/linked:3 +github-token/)]);
    await sh('rm /srv/app/linked');
  });

  it('are told of when they are deleted, and are in no layer any more where somebody agrees', async () => {
    await project.run('down');
    await project.run('destroy', '--yes', '--discard');
    await project.run('up', '--yes');
    await sh('rm /srv/app/server.key');
    const made = await attempt('commit', '--yes', '-m', 'no key');
    expect(made.status).toBe(0);
    expect(made.stderr).toMatch(/still in the layers of earlier versions.*\/srv\/app\/server\.key/);
    expect((await saved()).includes(body)).toBe(false);
  });

  it('that a package brought unchanged are none', async () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${body}\n`;
    const sum = createHash('md5').update(key).digest('hex');
    await sh(`mkdir -p /etc/demo && printf -- '${key.replaceAll('\n', '\\n')}' > /etc/demo/key.pem
      printf '${sum}  etc/demo/key.pem\\n' > /var/lib/dpkg/info/demo.md5sums`);
    expect(await attempt('commit', '--yes', '-m', 'demo')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('version 4'),
    });
    await sh('echo changed >> /etc/demo/key.pem');
    const refused = await attempt('commit', '--yes', '-m', 'demo changed');
    expect([refused.status, refused.stdout]).toEqual([7, '']);
  });

  it('are refused at a build, in copied files, in what a run entry wrote, and in variables of the base', async () => {
    const [before, had] = [await lock(), await images()];
    await project.write('config/token', `token=${token}\n`);
    const key = `-----BEGIN RSA PRIVATE KEY-----\\n${body}\\n`;
    const made = `mkdir -p /etc/ssh && printf -- '${key}' > /etc/ssh/ssh_host_rsa_key`;
    await project.write(
      'make-key',
      `#!/bin/sh\nprintf 'token: ${token}' | tee /srv/made > /etc/made\n${made}\n`,
      0o755,
    );
    await project.declare('files: [{from: config/token, to: /etc/app.conf}]\n');
    const copied = await attempt('build', '--yes', '--discard');
    expect([copied.status, copied.stderr]).toEqual([7, expect.stringMatching(/\/etc\/app\.conf:1 +github-token/)]);
    const run = 'run: [{name: key, run: ./make-key}, {name: more, run: touch /opt/more}]\n';
    await project.declare(run);
    const ran = await attempt('up', '--yes', '--discard');
    expect([ran.status, ran.stderr]).toEqual([7, expect.stringMatching(/\/etc\/made:1 +github-token/)]);
    expect(ran.stderr).toContain('/srv/made');
    expect([await lock(), await images()]).toEqual([before, had]);
    expect(await project.builders()).toEqual([]);

    const reason = ['--allow', '/etc/made=known to everybody', '--allow', '/srv/made=known, too'];
    const passed = await attempt('build', '--yes', '--discard', ...reason);
    expect([passed.status, passed.stderr]).toEqual([0, expect.anything()]);
    const recorded = await lock();
    expect(recorded).toMatch(/path: \/srv\/made\n +reason: "known, too"/);

    // The machine has the step's image, and whoever builds next has let nothing pass.
    await project.write('devenv-lock.yaml', before);
    const reused = await attempt('build', '--yes', '--discard');
    expect([reused.status, reused.stderr]).toEqual([7, expect.stringMatching(/\/etc\/made:1 +github-token/)]);
    expect(await lock()).toBe(before);
    await project.declare(`${run}commit: {exclude: [/etc/made, /srv/*]}\n`);
    const without = await attempt('up', '--yes', '--discard');
    expect([without.status, without.stderr]).toEqual([
      0,
      expect.stringContaining('Left out of the version: /etc/made, /etc/ssh/ssh_host_rsa_key, /srv/made'),
    ]);
    const places = '/etc/made /etc/ssh/ssh_host_rsa_key /srv/made /opt/more';
    expect(await sh(`ls ${places} 2>/dev/null || true`)).toBe('/opt/more\n');
    expect(await attempt('build', '--yes', '--discard', '--clean')).toMatchObject({
      status: 0,
      stderr: expect.not.stringContaining('Looking for secrets'),
    });

    await project.write('devenv-lock.yaml', recorded);
    await project.declare(run);
    await project.run('up', '--yes', '--discard');
    // The record of an earlier version lets it pass again.
    await project.run('build', '--yes', '--discard', '--clean', '--no-cache');

    const container = await project.machine.cli(['create', readyBase, 'true']);
    await project.machine.cli(['commit', '--change', `ENV API_TOKEN=${token}`, container, 'devenv-test/loose:1']);
    await project.machine.cli(['rm', container]);
    await project.write('devenv.yaml', `version: 1\nname: ${project.name}\nbase: devenv-test/loose:1\n`);
    const inherited = await attempt('build', '--yes', '--discard');
    await project.machine.cli(['rmi', 'devenv-test/loose:1']);
    expect([inherited.status, inherited.stderr]).toEqual([7, expect.stringContaining('env:API_TOKEN')]);
  });

  it('never show in what was printed, recorded or kept', async () => {
    seen.push(await lock(), (await run('cat', [join(project.folder, 'devenv.yaml')])).stdout);
    seen.push(
      (
        await run('grep', [
          '-raF',
          ...planted.flatMap((each) => ['-e', each]),
          project.env['XDG_STATE_HOME'] ?? '',
        ]).catch(() => ({ stdout: '' }))
      ).stdout,
    );
    for (const value of planted) expect(seen.some((text) => text.includes(value))).toBe(false);
  });
});
