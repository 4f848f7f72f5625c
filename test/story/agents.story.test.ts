import { execFileSync, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase } from './project.ts';

/** Asks the agent for its keys, and the credential helper about two hosts, with what every Debian base has. */
const script = `perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un($ENV{SSH_AUTH_SOCK})) or die "no agent";
  syswrite($s, pack("NC", 1, 11)); sysread($s, my $head, 9); print "keys ", unpack("x5N", $head), "\\n"'
echo "$GIT_CONFIG_VALUE_0"
eval "helper=\\$GIT_CONFIG_VALUE_$((GIT_CONFIG_COUNT - 1))"
for host in git.example.com other.example.com; do
  printf 'protocol=https\\nhost=%s\\n\\n' "$host" | sh -c "\${helper#!} get" | grep password
done
true`;

/** A server with a repository of dotfiles, for the holder of $KEY. */
const sshServer = `set -e; exec 3>&2 2>/dev/null >/dev/null
apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends openssh-server git
mkdir -p /run/sshd; mkdir -m 700 /root/.ssh; echo "$KEY" >/root/.ssh/authorized_keys
git init -q /root/dots; cd /root/dots; echo mine >.toolrc; git add .toolrc
git -c user.name=a -c user.email=a@example.com commit -qm first
exec /usr/sbin/sshd -D -e 2>&3`;

describeInLab('the ssh agent and the credentials of a person', (lab) => {
  for (const name of chooseMachines(['b'], ['c', 'podman'])) {
    it(`are lent to a command, for hosts of the project alone, and leave nothing: ${lab.machines[name].kind}`, async () => {
      const project = await openProject(lab.machines[name], 'agents');
      const folder = await mkdtemp(join(tmpdir(), 'agent-'));
      const socket = join(folder, 'socket');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        await new Promise((ready) => agent.stdout.once('data', ready));
        const key = join(folder, 'key');
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
        execFileSync('ssh-add', ['-q', key], { env: { ...process.env, SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
        const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: project.folder });
        git('init', '-q');
        git('remote', 'add', 'origin', 'https://git.example.com/x/y.git');
        const own = join(folder, 'gitconfig');
        await writeFile(own, '[credential]\nhelper = "!f() { echo username=ann; echo password=pw-7; }; f"\n');
        // The workspace can write this file: nothing of it runs here.
        git('config', 'credential.helper', '!f() { echo username=eve; echo password=pw-6; }; f');
        await project.run('up');
        const env = { SSH_AUTH_SOCK: socket, GIT_CONFIG_GLOBAL: own };
        const refused = await project.attempt(['exec', '-A', 'true'], { env });
        expect([refused.status, refused.stderr]).toEqual([9, expect.stringContaining('https://git.example.com')]);
        await project.attempt(['trust', '--yes'], { env });
        const lent = await project.attempt(['exec', '-A', 'sh', '-c', script], { env });
        expect(lent.stdout).toBe(`keys 1\n${project.env['GIT_CONFIG_VALUE_0'] ?? ''}\npassword=pw-7\n`);
        expect(await project.run('exec', 'sh', '-c', 'ls -A /tmp; echo "$SSH_AUTH_SOCK"')).toBe('\n');
        git('remote', 'add', 'other', 'https://other.example.com/me/private');
        const added = await project.attempt(['exec', '-A', 'true'], { env });
        expect([added.status, added.stderr]).toEqual([9, expect.stringContaining('https://other.example.com')]);
      } finally {
        agent.kill();
        await project.remove();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  // Installs a server: the wide run has it.
  if (wide)
    it('clone dotfiles over ssh, and leave nothing of it', async () => {
      const { c } = lab.machines;
      const project = await openProject(c, 'dotfiles-ssh');
      const home = await mkdtemp(join(tmpdir(), 'dotfiles-'));
      const socket = join(home, 'socket');
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
      const env = { HOME: home, SSH_AUTH_SOCK: socket, DOCKER_CONFIG: join(c.home, '.docker') };
      const server = 'devenv-test-ssh-server';
      try {
        await new Promise((ready) => agent.stdout.once('data', ready));
        execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, 'key')]);
        execFileSync('ssh-add', ['-q', join(home, 'key')], { env: { ...process.env, ...env }, stdio: 'ignore' });
        const key = await readFile(join(home, 'key.pub'), 'utf8');
        await rm(join(home, 'key'));
        await c.tryCli(['rm', '-f', server]);
        await c.cli(['run', '-d', '--name', server, '-e', `KEY=${key.trim()}`, readyBase, 'sh', '-c', sshServer]);
        const ready = async (): Promise<string> => (await c.tryCli(['logs', server])).stderr;
        await expect.poll(ready, { timeout: 120_000, interval: 500 }).toContain('Server listening');
        const ip = await c.cli(['inspect', '-f', '{{.NetworkSettings.IPAddress}}', server]);
        const hostKey = await c.cli(['exec', server, 'cat', '/etc/ssh/ssh_host_ed25519_key.pub']);
        await mkdir(join(home, '.ssh'), { mode: 0o700 });
        await writeFile(join(home, '.ssh/known_hosts'), `${ip} ${hostKey}\n`);
        const config = join(project.env['XDG_CONFIG_HOME'] ?? '', 'teamvm');
        await mkdir(config, { recursive: true });
        const source = `ssh://root@${ip}/root/dots`;
        const own = `packages: {apt: [git, openssh-client]}\ndotfiles: {source: '${source}'}\n`;
        await writeFile(join(config, 'personal.yaml'), own);
        const refused = await project.attempt(['up'], { env: { ...env, SSH_AUTH_SOCK: '' } });
        expect([refused.status, refused.stderr]).toEqual([8, expect.stringContaining('Permission denied (publickey')]);
        const up = await project.attempt(['up'], { env });
        expect([up.status, up.stderr]).toEqual([0, expect.anything()]);
        const look = 'cat ~/.toolrc; ls -A /tmp; ls -A ~/.ssh 2>/dev/null; echo "$SSH_AUTH_SOCK"';
        expect(await project.run('exec', 'sh', '-c', look)).toBe('mine\n\n');
        // Root, who works here, owns neither.
        expect(await project.run('exec', 'git', '-C', '/home/dev/.dotfiles', 'remote', 'get-url', 'origin')).toBe(
          `${source}\n`,
        );
      } finally {
        agent.kill();
        await c.tryCli(['rm', '-f', server]);
        await project.remove();
        await rm(home, { recursive: true, force: true });
      }
    });

  it('sign what is committed inside, by ssh and by OpenPGP, and no private key comes along', async () => {
    const yaml = 'packages: {apt: [git, gpg, openssh-client]}\n';
    // The containerd store compresses each layer: git's would take longer than all else here.
    const project = await openProject(lab.machines.b, 'signing', { yaml });
    const folder = await mkdtemp(join(tmpdir(), 'sign-'));
    const env = {
      ...{ HOME: folder, GNUPGHOME: join(folder, 'gnupg'), SSH_AUTH_SOCK: join(folder, 'socket') },
      GIT_CONFIG_COUNT: '0',
    };
    const here = { cwd: project.folder, env: { ...process.env, ...env }, stdio: 'pipe' } as const;
    const run = (file: string, ...args: string[]): string => execFileSync(file, args, here).toString();
    await mkdir(env.GNUPGHOME, { mode: 0o700 });
    const agent = spawn('ssh-agent', ['-D', '-a', env.SSH_AUTH_SOCK], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      await new Promise((ready) => agent.stdout.once('data', ready));
      run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'ann', '-f', join(folder, 'key'));
      run('ssh-add', '-q', join(folder, 'key'));
      run('gpg', '--batch', '--passphrase', '', '--quick-gen-key', 'Ann <ann@example.com>', 'ed25519', 'sign', 'never');
      run('git', 'init', '-q');
      const settings = { 'user.name': 'Ann', 'user.email': 'ann@example.com', 'commit.gpgsign': 'true' };
      for (const [name, value] of Object.entries(settings)) run('git', 'config', '--global', name, value);
      await project.run('up', '--yes');
      const commit = (message: string, after: string): Promise<{ stdout: string; stderr: string }> => {
        const script = `git commit -q --allow-empty -m ${message} && git cat-file commit HEAD && ${after}`;
        return project.attempt(['exec', '-A', 'sh', '-c', script], { env });
      };
      run('git', 'config', '--global', 'gpg.format', 'ssh');
      run('git', 'config', '--global', 'user.signingkey', join(folder, 'key.pub'));
      const publicKey = (await readFile(join(folder, 'key.pub'), 'utf8')).trim();
      const allow = `echo 'ann@example.com ${publicKey}' >/tmp/allowed`;
      const bySsh = await commit(
        'ssh',
        `${allow} && git -c gpg.ssh.allowedSignersFile=/tmp/allowed verify-commit HEAD`,
      );
      expect(bySsh.stdout).toContain('BEGIN SSH SIGNATURE');
      expect(bySsh.stderr).toContain('Good "git" signature for ann@example.com');

      run('git', 'config', '--global', '--unset', 'gpg.format');
      run('git', 'config', '--global', '--unset', 'user.signingkey');
      const byGpg = await commit('gpg', 'git verify-commit HEAD; find $GNUPGHOME -type f; gpg --export-secret-keys');
      expect(byGpg.stdout).toContain('BEGIN PGP SIGNATURE');
      expect(byGpg.stderr).toContain('Good signature from "Ann <ann@example.com>"');
      expect(byGpg.stdout).not.toMatch(/private|PRIVATE|\.key/);
      const others = 'su dev -c "git init -q ~/own" && git -C /home/dev/own status --short';
      expect(await project.run('exec', '--root', 'sh', '-c', others), 'root may use git in folders of others').toBe('');
      // The person's own tools agree.
      expect(run('git', 'log', '-1', '--format=%G?')).toMatch(/^[GU]\n$/);
      expect(await project.run('exec', '--root', 'sh', '-c', 'ls -A /tmp | grep devenv; pgrep gpg-agent; true')).toBe(
        '',
      );
    } finally {
      agent.kill();
      run('gpgconf', '--kill', 'gpg-agent');
      await project.remove();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
