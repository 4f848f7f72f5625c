import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject } from './project.ts';

/** Asks the agent for its keys, and the credential helper about two hosts, with what every Debian base has. */
const script = `perl -MSocket -e 'socket(my $s, PF_UNIX, SOCK_STREAM, 0); connect($s, pack_sockaddr_un($ENV{SSH_AUTH_SOCK})) or die "no agent";
  syswrite($s, pack("NC", 1, 11)); sysread($s, my $head, 9); print "keys ", unpack("x5N", $head), "\\n"'
echo "$GIT_CONFIG_VALUE_0"
eval "helper=\\$GIT_CONFIG_VALUE_$((GIT_CONFIG_COUNT - 1))"
for host in git.example.com other.example.com; do
  printf 'protocol=https\\nhost=%s\\n\\n' "$host" | sh -c "\${helper#!} get" | grep password
done
true`;

describeInLab('the ssh agent and the credentials of a person', (lab) => {
  for (const name of chooseMachines(['c'], ['c', 'podman'])) {
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
        git('config', 'credential.helper', '!f() { echo username=ann; echo password=pw-7; }; f');
        await project.run('up');
        const lent = await project.attempt(['exec', '-A', 'sh', '-c', script], { env: { SSH_AUTH_SOCK: socket } });
        expect(lent.stdout).toBe(`keys 1\n${project.env['GIT_CONFIG_VALUE_0'] ?? ''}\npassword=pw-7\n`);
        expect(await project.run('exec', 'sh', '-c', 'ls -A /tmp; echo "$SSH_AUTH_SOCK"')).toBe('\n');
      } finally {
        agent.kill();
        await project.remove();
        await rm(folder, { recursive: true, force: true });
      }
    });
  }
});
