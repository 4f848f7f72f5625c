import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { libraryPath, prefixes } from '../lab/install.ts';
import { run } from '../lab/run.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

const readers = ['a', 'c', 'podman'] as const;

describeInLab('a version as one file', (lab) => {
  let author: Project;
  let folder = '';
  let yaml = '';
  const others = {} as Record<(typeof readers)[number], Project>;
  const at = (name: string): string => join(folder, name);
  const hand = (to: Project): Promise<void> =>
    copyFile(join(author.folder, 'devenv-lock.yaml'), join(to.folder, 'devenv-lock.yaml'));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'devenv-bundles-'));
    await mkdir(at('no-login'));
    await lab.login('b');
    const service = `${lab.registry.host}/bundle/db:1`;
    yaml = `services: {db: {image: "${service}", command: "${idle}"}}\nrun: [{name: one, run: echo 1 > /opt/one}]\n`;
    author = await openProject(lab.machines.b, 'bundle', { yaml });
    for (const args of [
      ['tag', readyBase, service],
      ['push', service],
    ])
      await author.machine.cli(args);
    // Without a login, the registry gives them nothing.
    const env = { DOCKER_CONFIG: at('no-login') };
    for (const name of readers) others[name] = await openProject(lab.machines[name], 'bundle', { yaml, env });
    await author.run('up', '--yes');
    await author.run('bundle', 'export', '-o', at('one.tar'));
    await author.run('exec', '--root', 'sh', '-c', 'echo two >/opt/two; head -c 3000000 /dev/urandom >/opt/large');
    await author.run('commit', '-m', 'two');
  });
  afterAll(async () => {
    for (const project of [author, ...Object.values(others)]) await project.remove();
    await rm(folder, { recursive: true, force: true });
  });

  it('is the same to the byte each time, also after a kill, which leaves only the part file', async () => {
    await author.run('bundle', 'export', '-o', at('whole.tar'));
    const killed = await author.attempt(['bundle', 'export', '-o', at('again.tar')], {
      env: { TEAMVM_FAILPOINT: 'bundle.rename:kill' },
    });
    expect(killed.status).toBe(137);
    expect((await readdir(folder)).filter((name) => name.startsWith('again'))).toEqual(['again.tar.part']);
    await author.run('bundle', 'export', '-o', at('again.tar'));
    expect((await readFile(at('again.tar'))).equals(await readFile(at('whole.tar')))).toBe(true);
    expect(await author.json('bundle', 'show', at('whole.tar'), '--verify')).toMatchObject({
      ...{ project: 'bundle', verified: true, data: [] },
      versions: [{ number: 2, absent: 0, message: 'two' }],
      services: [{ name: 'db' }],
    });
  });

  it('continues on a disk that was full, and follows no link to another file', async () => {
    const disk = at('disk');
    await mkdir(disk);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
    try {
      const args = ['bundle', 'export', '-o', join(disk, 'shop.tar')];
      const full = await author.attempt(args);
      expect([full.status, full.stderr]).toEqual([1, expect.stringContaining('the disk is full')]);
      expect(full.stderr).toContain('shop.tar.part');
      expect(await readdir(disk)).toEqual(['shop.tar.part']);
      await run('mount', ['-o', 'remount,size=200m', disk]);
      await author.run(...args);
      expect(await readdir(disk)).toEqual(['shop.tar']);
      expect((await readFile(join(disk, 'shop.tar'))).equals(await readFile(at('whole.tar')))).toBe(true);
    } finally {
      await run('umount', [disk]);
    }
    await symlink(at('whole.tar'), at('linked.tar.part'));
    const linked = await author.attempt(['bundle', 'export', '-o', at('linked.tar')]);
    expect([linked.status, linked.stderr]).toEqual([1, expect.stringContaining('linked.tar.part cannot be written')]);
  });

  it('in a range is about as large as the change', async () => {
    const { size } = await author.json<{ size: number }>('bundle', 'export', '1..2', '-o', at('delta.tar'));
    expect(size).toBeGreaterThan(3_000_000);
    expect(size).toBeLessThan(3_300_000);
  });

  it.each(readers)('brings %s up without a registry, and its next version by what is new', async (name) => {
    const project = others[name];
    await hand(project);
    const early = await project.attempt(['bundle', 'import', at('delta.tar')]);
    expect([early.status, early.stderr]).toEqual([6, expect.stringContaining('since version 1')]);
    const lock = await readFile(join(author.folder, 'devenv-lock.yaml'), 'utf8');
    expect(await project.json('bundle', 'import', at('one.tar'))).toMatchObject({ versions: [1], services: ['db'] });
    expect(await project.json('up', '--frozen', '--bundle', at('delta.tar'))).toMatchObject({
      version: 2,
      built: false,
    });
    expect(await project.run('exec', 'sh', '-c', 'cat /opt/one /opt/two')).toBe('1\ntwo\n');
    expect(await project.json('verify')).toEqual(await author.json('verify'));
    expect(await project.json('bundle', 'import', at('whole.tar'))).toMatchObject({ versions: [], here: [2] });
    await project.run('bundle', 'export', '2', '--no-services', '-o', at(`${name}.tar`));
    expect(await project.json('bundle', 'show', at(`${name}.tar`), '--verify')).toMatchObject({
      versions: [{ number: 2 }],
    });
    expect(await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).toBe(lock);
  });

  it('is read by skopeo, and by the load of Docker and Podman', async () => {
    const skopeo = (...args: string[]): Promise<string> =>
      run(join(prefixes.podman, 'usr/bin/skopeo'), ['--insecure-policy', ...args], {
        env: { ...process.env, LD_LIBRARY_PATH: libraryPath },
      });
    const { versions } = JSON.parse(await author.run('bundle', 'show', at('one.tar'), '--json')) as {
      readonly versions: readonly { readonly digest: string }[];
    };
    const [version] = (await author.json<{ versions: { number: number; content: string }[] }>('history')).versions;
    const reference = `devenv/bundle:1-${version?.content.slice(7, 19) ?? ''}`;
    const told = JSON.parse(await skopeo('inspect', `oci-archive:${at('one.tar')}:${reference}`)) as { Digest: string };
    expect(told.Digest).toBe(versions[0]?.digest);
    await skopeo('copy', `oci-archive:${at('one.tar')}:${reference}`, `dir:${at('copied')}`);
    for (const name of readers) {
      const { machine } = others[name];
      await others[name].run('destroy', '--yes', '--discard').catch(() => '');
      await machine.tryCli(['rmi', '--force', reference]);
      await machine.cli(['load', '--input', at('one.tar')]);
      // Its user, folder and shell are in the image: no devenv is needed to use it.
      const said = await machine.cli(['run', '--rm', '-i', reference], { input: 'id -un; pwd; cat /opt/one\n' });
      expect(said).toBe('dev\n/workspace\n1');
    }
  });
});
