import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { ordinaryUser } from '../lab/rootless.ts';
import { openProject, readyBase, type Project } from './project.ts';

const port = 18_097;
const answer = `perl -MIO::Socket -e 'my $s = IO::Socket::INET->new(LocalPort => 80, Listen => 5) or die; while (my $c = $s->accept) { print $c "hello\\n" }'`;
const yaml = (registry: string): string => `image: ${registry}/rootless/env
secrets: [TOKEN]
volumes: ["deps:/workspace/api/deps"]
services:
  web:
    image: ${readyBase}
    command:
      - sh
      - -c
      - |
        trap 'exit 0' TERM
        cat /run/secrets/TOKEN >/tmp/got
        ${answer} & wait $!
    ports: ["${String(port)}:80"]
    ready: {tcp: 80, interval: 200ms}
`;

/** Files of several kinds; what it deletes and replaces is in the base. */
const change = `cd /opt && mkdir -p a/b && printf one >a/one && ln a/one a/two && ln -s /x a/link && chown -R 1000:33 a/b
cp /bin/true a/suid && chmod 4755 a/suid && printf odd >"$(printf 'odd\\377\\n')" && ln /usr/bin/env env2
rm /etc/issue && rm -r /usr/share/pam && mkdir /usr/share/pam && printf new >/usr/share/pam/new`;
const print = `cd / && find opt etc/issue usr/share/pam usr/bin/env -printf '%p %y %m %U:%G %n %l\\0' 2>/dev/null |
  sed -z 's/\\( d .* \\)[0-9]* $/\\1/' | LC_ALL=C sort -z | tr '\\0\\n' '\\n?'; cat opt/a/two opt/odd*`;

describeInLab('a rootless engine, and devenv as the ordinary user whose it is', (lab) => {
  const { rootless, b } = lab.machines;
  let project: Project;
  beforeAll(async () => {
    await lab.login('rootless');
    project = await openProject(rootless, 'rootless', { yaml: yaml(lab.registry.host), env: { TOKEN: 'value-of-94' } });
    await project.run('trust', '--yes');
    await project.run('up');
  });
  afterAll(() => project.remove());
  const sh = (script: string): Promise<string> => project.run('exec', 'sh', '-c', script);
  const ownerOf = async (path: string): Promise<number> => (await stat(join(project.folder, path))).uid;

  it('is known as one', async () => {
    expect((await project.attempt(['doctor'])).stdout).toMatch(/podman .*overlay, local, rootless/);
  });

  it('makes what root makes in the project the person’s, and what others make those others’', async () => {
    expect(await sh('id -u; echo $HOME; touch made; mkdir sub; touch other && chown 1000 other')).toBe(
      '0\n/home/dev\n',
    );
    expect([await ownerOf('made'), await ownerOf('sub')]).toEqual([ordinaryUser.uid, ordinaryUser.uid]);
    expect(await ownerOf('other')).toBe(ordinaryUser.lent.from + 999);
    expect(await project.run('exec', '--root', 'sh', '-c', 'id -u; rm made other; rmdir sub')).toBe('0\n');
    await mkdir(join(project.folder, 'api/in'), { recursive: true });
    const there = await project.attempt(['exec', 'pwd'], { folder: join(project.folder, 'api/in') });
    expect(there.stdout).toBe('/workspace/api/in\n');
  });

  it('has services by name and on this machine, secrets in files, and volumes', async () => {
    const read = (host: string, at: number): string => `exec 3<>/dev/tcp/${host}/${String(at)}; cat <&3`;
    expect(await project.run('exec', 'bash', '-c', read('web', 80))).toBe('hello\n');
    expect((await rootless.run(['bash', '-c', read('127.0.0.1', port)])).stdout).toBe('hello\n');
    const [web = ''] = (await project.containers()).filter((each) => each.includes('.web'));
    expect(await rootless.cli(['exec', web.split(' ')[0] ?? '', 'cat', '/tmp/got'])).toBe('value-of-94');
    expect(await sh('echo $TOKEN; echo one >api/deps/file')).toBe('value-of-94\n');
    await expect(stat(join(project.folder, 'api/deps/file'))).rejects.toThrow('ENOENT');
  });

  it('goes back to a snapshot, with its volumes', async () => {
    await sh('echo kept >/opt/kept');
    await project.run('snapshot', 'create');
    await sh('rm /opt/kept; echo two >api/deps/file; touch /opt/later');
    await project.run('snapshot', 'restore', '1', '--yes');
    expect(await sh('cat api/deps/file /opt/kept; ls /opt')).toBe('one\nkept\nkept\n');
    await sh('rm /opt/kept');
  });

  it('explains, searches and captures exactly what changed, for an engine of root’s, too', async () => {
    await sh(change);
    const { groups } = await project.json<{ groups: { items: { name: string }[] }[] }>('drift');
    const names = groups.flatMap(({ items }) => items.map(({ name }) => name));
    expect(names).toEqual(expect.arrayContaining(['/etc/issue']));
    await sh(`echo token=ghp_${randomBytes(18).toString('hex')} >/opt/key`);
    expect((await project.attempt(['commit', '-m', 'a key'])).status).toBe(7);
    await sh('rm /opt/key');
    await project.run('commit', '-m', 'more');
    expect((await project.attempt(['drift'])).stdout).toMatch(/no uncommitted changes since version 2/i);
    await project.run('push');

    await lab.login('b');
    // Its service's image is in no registry.
    const other = await openProject(b, 'rootless', { yaml: `image: ${lab.registry.host}/rootless/env\n` });
    try {
      await copyFile(join(project.folder, 'devenv-lock.yaml'), join(other.folder, 'devenv-lock.yaml'));
      expect(await other.json('up')).toMatchObject({ version: 2, built: false });
      expect(await other.run('exec', '--root', 'sh', '-c', print)).toBe(await sh(print));
      const [{ content }, mine] = [await project.json('verify'), await other.json('verify')];
      expect(mine).toMatchObject({ content, identical: true });
      if (!wide) return;
      await other.run('exec', '--root', 'sh', '-c', 'printf two >>/opt/a/two; rm /usr/share/pam/new');
      await other.run('commit', '-m', 'elsewhere');
      await other.run('push');
      await copyFile(join(other.folder, 'devenv-lock.yaml'), join(project.folder, 'devenv-lock.yaml'));
      expect(await project.json('up')).toMatchObject({ version: 3, built: false });
      expect(await sh(print)).toBe(await other.run('exec', '--root', 'sh', '-c', print));
    } finally {
      await other.remove();
    }
  });

  it('is listed, and leaves nothing when it is destroyed', async () => {
    const { workspaces } = await project.json<{ workspaces: { folder: string; drift: unknown }[] }>('ls');
    expect(workspaces.filter(({ folder }) => folder === project.folder)).toHaveLength(1);
    await project.run('destroy', '--yes', '--discard', '--volumes', '--no-snapshot');
    expect(await project.containers()).toEqual([]);
  });
});
