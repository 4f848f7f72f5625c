import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { installOnHost } from '../lab/install-on-host.ts';
import { tryRun } from '../lab/run.ts';
import { openProject, type Project } from './project.ts';

const host = 'reached.devenv';

describeInLab("OpenSSH's own programs", (lab) => {
  let project: Project;
  let config: string;
  const call = (program: string, args: readonly string[], input?: string) =>
    tryRun(program, ['-F', config, ...args], {
      cwd: project.folder,
      env: { ...process.env, ...project.env },
      ...(input !== undefined && { input }),
    });
  const ssh = (...args: string[]) => call('ssh', [host, ...args]);

  beforeAll(async () => {
    project = await openProject(lab.machines.c, 'reached', {
      yaml: `packages: {apt: [openssh-server, rsync]}
env: {GREETING: 'a "b" \\ c', LINES: "one\\ntwo"}
secrets: [TOKEN]
`,
      env: { TOKEN: 'hidden-value' },
    });
    await project.run('up', '--yes').catch(async () => {
      await project.run('trust', '--yes');
      await project.run('up', '--yes');
    });
    config = join(project.folder, '../ssh-config');
  });
  afterAll(async () => {
    await call('ssh', ['-O', 'exit', host]);
    await project.remove();
  });

  it('get an entry with a key of their own, and nobody else does', async () => {
    const { entry } = await project.json<{ host: string; entry: string }>('ssh-config', '--print');
    await writeFile(config, entry);
    expect(entry).toContain(`Host ${host}\n`);
    expect(entry).toMatch(/ProxyCommand .*devenv(?:\.js|-linux-\w+) -C .*\/project ssh-config --connect --name main\n/);
    // The same keys each time.
    expect(await project.json('ssh-config', '--print')).toMatchObject({ entry });
    const other = join(project.folder, '../other');
    await tryRun('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const foreign = join(project.folder, '../foreign-config');
    await writeFile(
      foreign,
      entry.replace(/IdentityFile .*/, `IdentityFile ${other}`).replace(/ControlPath .*/, 'ControlPath none'),
    );
    const refused = await tryRun('ssh', ['-F', foreign, host, 'true'], { env: { ...process.env, ...project.env } });
    expect([refused.exitCode, refused.stderr]).toEqual([255, expect.stringContaining('Permission denied (publickey)')]);
  });

  it('refuse another host key', async () => {
    const known = /UserKnownHostsFile "(.*)"/.exec(await readFile(config, 'utf8'))?.[1] ?? '';
    const before = await readFile(known, 'utf8');
    await writeFile(
      known,
      `${host} ${(await readFile(join(project.folder, '../other.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')}\n`,
    );
    const { exitCode, stderr } = await call('ssh', ['-o', 'ControlPath=none', host, 'true']);
    await writeFile(known, before);
    expect([exitCode, stderr]).toEqual([255, expect.stringContaining('HOST IDENTIFICATION HAS CHANGED')]);
  });

  it('run commands with the variables and secrets of the workspace, and their status', async () => {
    const seen = await ssh('printf "%s|" "$GREETING" "$TOKEN" "$USER"; id -un; cat; exit 7');
    expect([seen.exitCode, seen.stdout]).toEqual([
      7,
      expect.stringMatching(/^a "b" \\ c\|hidden-value\|(root|dev)\|(root|dev)\n$/),
    ]);
    expect(await call('ssh', [host, 'cat'], 'in\n')).toMatchObject({ exitCode: 0, stdout: 'in\n' });
    expect((await call('ssh', ['-tt', host, 'tty'])).stdout).toMatch(/^\/dev\/pts\/\d+/);
  });

  it('copy files in both directions', async () => {
    const [file, back] = ['sent', 'back'].map((name) => join(project.folder, '..', name)) as [string, string];
    await writeFile(file, 'x'.repeat(300_000));
    expect(await call('scp', ['-q', file, `${host}:/tmp/one`])).toMatchObject({ exitCode: 0 });
    expect(await call('scp', ['-q', `${host}:/tmp/one`, back])).toMatchObject({ exitCode: 0 });
    expect(await readFile(back, 'utf8')).toBe('x'.repeat(300_000));
    const batch = await call('sftp', ['-b', '-', host], 'rename /tmp/one /tmp/two\nls -l /tmp/two\n');
    expect([batch.exitCode, batch.stdout]).toEqual([0, expect.stringContaining('300000')]);
    await mkdir(join(project.folder, '../tree/deep'), { recursive: true });
    await writeFile(join(project.folder, '../tree/deep/file'), 'deep');
    const sent = await tryRun(
      'rsync',
      ['-a', '-e', `ssh -F ${config}`, join(project.folder, '../tree/'), `${host}:/tmp/tree`],
      {
        env: { ...process.env, ...project.env },
      },
    );
    expect([sent.exitCode, sent.stderr]).toEqual([0, '']);
    expect((await ssh('cat /tmp/tree/deep/file')).stdout).toBe('deep');
  });

  if (wide)
    it('forward ports in both directions, and an agent', async () => {
      const server = createServer((socket) => socket.end('from here'));
      await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle));
      const { port } = server.address() as { port: number };
      const reached = await call('ssh', [
        '-o',
        'ControlPath=none',
        '-R',
        `7777:127.0.0.1:${String(port)}`,
        host,
        'bash -c "cat < /dev/tcp/127.0.0.1/7777"',
      ]);
      server.close();
      expect(reached.stdout).toBe('from here');
      const listen = `$s=IO::Socket::INET->new(Listen=>1,LocalAddr=>"127.0.0.1:7778");$c=$s->accept;print $c "from inside"`;
      await ssh(`nohup perl -MIO::Socket::INET -e '${listen}' >/dev/null 2>&1 &`);
      // The input and output of ssh itself are the forwarded connection.
      await expect.poll(async () => (await call('ssh', ['-W', '127.0.0.1:7778', host])).stdout).toBe('from inside');
      const agent = spawn('ssh-agent', ['-D', '-a', join(project.folder, '../agent')], { stdio: 'ignore' });
      await expect.poll(async () => (await tryRun('test', ['-S', join(project.folder, '../agent')])).exitCode).toBe(0);
      const env = { ...process.env, ...project.env, SSH_AUTH_SOCK: join(project.folder, '../agent') };
      await chmod(join(project.folder, '../other'), 0o600);
      await tryRun('ssh-add', ['-q', join(project.folder, '../other')], { env });
      const listed = await tryRun('ssh', ['-F', config, '-A', '-o', 'ControlPath=none', host, 'ssh-add -l'], { env });
      agent.kill();
      expect(listed.stdout).toContain('ED25519');
    });

  it('forward windows', async () => {
    await installOnHost([['xauth', 'xauth']]);
    // What sshd asks of the package xauth: it adds a cookie, and a program lists it.
    const keeper = '#!/bin/sh\n[ "$1" = list ] && exec cat /tmp/cookie\nexec sed -n "s/^add //p" >/tmp/cookie\n';
    const place = 'printf %s "$0" >/usr/bin/xauth; chmod 755 /usr/bin/xauth';
    await project.run('exec', '--root', 'sh', '-c', place, keeper);
    const cookie = 'c0ffee'.repeat(6).slice(0, 32);
    const asked: Buffer[] = [];
    // A display that takes any connection, and answers as one that refuses it.
    const display = createServer((socket) => socket.once('data', (data) => socket.end((asked.push(data), 'seen'))));
    await new Promise<void>((settle) => display.listen(0, '127.0.0.1', settle));
    const { port } = display.address() as { port: number };
    const env = {
      ...{ ...process.env, ...project.env, DISPLAY: `127.0.0.1:${String(port - 6000)}` },
      XAUTHORITY: join(project.folder, '../Xauthority'),
    };
    await tryRun('xauth', ['add', env.DISPLAY, 'MIT-MAGIC-COOKIE-1', cookie], { env });
    // Whoever connects sends the cookie that sshd made for this connection; ssh puts the one of this machine in its place.
    const connect = `echo "$DISPLAY"; xauth list | awk '{ print $3 }' | perl -MIO::Socket::INET -e '
      $ENV{DISPLAY} =~ /:([0-9]+)/; $s = IO::Socket::INET->new("127.0.0.1:" . (6000 + $1)); chomp($cookie = <STDIN>);
      print $s pack("a2v5a20a16", "l", 11, 0, 18, 16, 0, "MIT-MAGIC-COOKIE-1", pack("H*", $cookie)); print <$s>'`;
    const seen = await tryRun('ssh', ['-F', config, '-Y', '-o', 'ControlPath=none', host, connect], { env });
    display.close();
    expect([seen.exitCode, seen.stdout]).toEqual([0, expect.stringMatching(/^localhost:\d+\.0\nseen$/)]);
    expect(asked[0]?.toString('hex')).toContain(cookie);
    expect((await ssh('echo "${DISPLAY:-none}"')).stdout).toBe('none\n');
  });

  it('find no port of sshd, no file of a connection, and no secret in a command line', async () => {
    const open = await call('ssh', [
      '-o',
      'ControlPath=none',
      host,
      'ls /dev/shm; cat /proc/net/tcp; cat /proc/*/cmdline',
    ]);
    expect(open.stdout).toContain('devenv-ssh.');
    expect(open.stdout).not.toMatch(/:0016 |hidden-value/);
    await call('ssh', ['-O', 'exit', host]);
    await expect.poll(() => project.run('exec', 'sh', '-c', 'ls -d /dev/shm/devenv-ssh.* || true')).toBe('');
  });

  if (wide)
    it('warm, take about as long as the engine does', async () => {
      await ssh('true');
      const time = async (work: () => Promise<unknown>): Promise<number> => {
        const times: number[] = [];
        for (let round = 0; round < 7; round += 1) {
          const start = performance.now();
          await work();
          times.push(performance.now() - start);
        }
        return times.sort((a, b) => a - b)[3] ?? 0;
      };
      const [name = ''] = (await project.containers())[0]?.split(' ') ?? [];
      const engine = await time(() => project.machine.cli(['exec', name, 'true']));
      const warm = await time(() => ssh('true'));
      console.log(`warm ssh: ${warm.toFixed(0)} ms, docker exec: ${engine.toFixed(0)} ms`);
      expect(warm).toBeLessThan(engine * 3);
    });

  it('are told what to add where the workspace has no sshd', async () => {
    await project.run('exec', '--root', 'mv', '/usr/sbin/sshd', '/usr/sbin/sshd-away');
    const { exitCode, stderr } = await call('ssh', ['-o', 'ControlPath=none', host, 'true']);
    expect([exitCode, stderr]).toEqual([255, expect.stringContaining('packages: {apt: [openssh-server]}')]);
    await rm(join(project.folder, '../sent'), { force: true });
  });
});
