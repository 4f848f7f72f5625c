import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { tryRun } from '../lab/run.ts';
import { peakOf } from './peak-of.ts';
import { openProject, type Project } from './project.ts';

const bin = resolve(import.meta.dirname, '../../bin/devenv.js');
const patient = { timeout: 20_000, interval: 100 };

describeInLab('exec', (lab) => {
  for (const name of chooseMachines(['podman'], ['a', 'c', 'podman'])) {
    it(`passes bytes, both outputs and exit codes exactly: ${lab.machines[name].kind}`, async () => {
      const project = await openProject(lab.machines[name], 'exec-bytes');
      try {
        await project.run('up');
        const absent = await project.attempt(['exec', 'no-such-program']);
        expect(absent).toMatchObject({ status: 127, stdout: '' });
        expect(absent.stderr).toBe('error: There is no program "no-such-program" in the workspace.\n');
        expect((await project.attempt(['exec', 'npm test'])).stderr).toContain('as separate words, without quotes.\n');
        expect((await project.attempt(['exec', '/etc/passwd'])).status).toBe(126);
        const input = randomBytes(3_000_000);
        const echoed = await project.attempt(['exec', '--', 'cat'], { input });
        expect([echoed.status, echoed.bytes.equals(input), echoed.stderr]).toEqual([0, true, '']);
        const apart = await project.attempt(['exec', 'sh', '-c', 'printf out; printf err >&2; exit 7']);
        expect(apart).toMatchObject({ status: 7, stdout: 'out', stderr: 'err' });
        expect((await project.attempt(['exec', 'sh', '-c', 'kill -TERM $$'])).status).toBe(143);
        expect((await project.attempt(['exec', 'sh', '-c', 'kill -KILL $$'])).status).toBe(137);
      } finally {
        await project.remove();
      }
    });
  }
});

describeInLab('exec in a workspace', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.a, 'exec', {
      yaml: 'env: {GREETING: "hello you", PATH: "${PATH}:/opt/x"}\ntasks: {bad: "exit 5", say: {run: "cat; echo $GREETING ${PATH##*:}; echo $PWD", depends: [first], folder: .}, first: [echo, one]}\n',
    });
    await project.run('up');
  });
  afterAll(() => project.remove());

  it('reads to the end of a short input, and ends though its input goes on', async () => {
    expect(await project.attempt(['exec', 'cat'], { input: '' })).toMatchObject({ status: 0, stdout: '' });
    const { child, ended } = project.start(['exec', 'head', '-c', '3']);
    child.stdin.write('abcdef');
    expect(await ended).toMatchObject({ status: 0, stdout: 'abc' });
  });

  it('runs below the project where it was called, as the user of the project, with its variables', async () => {
    await mkdir(join(project.folder, 'deep/er'), { recursive: true });
    const print = 'pwd; echo "$GREETING|$MORE"; cat /proc/self/environ | tr "\\0" "\\n" | grep -c "^HOME="';
    const folder = join(project.folder, 'deep/er');
    const { stdout } = await project.attempt(['exec', '-e', 'MORE=a=b c', 'sh', '-c', print], { folder });
    expect(stdout).toBe('/workspace/deep/er\nhello you|a=b c\n1\n');
  });

  it('passes everything behind the program on, flags of its own included', async () => {
    const { stdout } = await project.attempt(['exec', 'echo', '--root', '-e', '--help', '--', '--json']);
    expect(stdout).toBe('--root -e --help -- --json\n');
    expect((await project.attempt(['exec', '--root', 'sh', '-c', 'echo $(id -u) $HOME'])).stdout).toBe('0 /root\n');
  });

  it('runs a task after those that it depends on, where devenv.yaml says', async () => {
    await mkdir(join(project.folder, 'deep'), { recursive: true });
    const folder = join(project.folder, 'deep');
    const said = await project.attempt(['run', 'say', '--', '--json', 'a b'], { folder, input: 'in\n' });
    expect([said.status, said.stdout]).toEqual([0, 'one\nin\nhello you /opt/x\n/workspace --json a b\n']);
    expect(await project.attempt(['run', 'bad'])).toMatchObject({ status: 5, stdout: '' });
    expect(await project.attempt(['run', 'sya'])).toMatchObject({ status: 2 });
    expect((await project.attempt(['completion', 'bash', '--', 'run', 's'])).stdout).toBe('say\n');
  });

  it('refuses -e without a name', async () => {
    const { status, stderr } = await project.attempt(['exec', '-e', '=x', 'true']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('NAME=VALUE')]);
  });

  it('moves much in and out with flat memory', async () => {
    const all = wide ? '1000000000' : '300000000';
    const child = spawn(
      'sh',
      ['-c', `head -c ${all} /dev/zero | { echo $$ >&2; exec "$0" "$1" exec -- cat; } | wc -c`, process.execPath, bin],
      {
        cwd: project.folder,
        env: { ...process.env, ...project.env },
      },
    );
    let counted = '';
    child.stdout.on('data', (chunk: Buffer) => (counted += chunk.toString()));
    let peak = 0;
    let measured = 0;
    const watch = setInterval(() => {
      for (const pid of devenvBelow(child.pid ?? 0)) {
        peak = Math.max(peak, peakOf(pid));
        measured += 1;
      }
    }, 20);
    await new Promise((settle) => child.once('close', settle));
    clearInterval(watch);
    expect(counted.trim()).toBe(all);
    expect(measured).toBeGreaterThan(5);
    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(200);
  });

  it('hands SIGTERM and SIGINT to the program, gives its status, and leaves nothing behind', async () => {
    for (const [signal, status] of [
      ['SIGTERM', 143],
      ['SIGINT', 130],
    ] as const) {
      const { child, ended, said } = project.start(['exec', 'sh', '-c', 'sleep 4242 & echo ready; wait']);
      await said('ready');
      child.kill(signal);
      expect((await ended).status).toBe(status);
      await vi.waitFor(async () => expect(await project.processes()).not.toContain('sleep 4242'), patient);
    }
  });

  it('ends a program and all that it started at the limit of time', async () => {
    const script = 'trap "" TERM; (trap "" TERM; while :; do sleep 4246; done) & sleep 4246; echo survived';
    const { status, stdout } = await project.attempt(['exec', '--timeout', '1s', 'sh', '-c', script]);
    expect([status, stdout]).toEqual([124, '']);
    await vi.waitFor(async () => expect(await project.processes()).not.toContain('sleep 4246'), patient);
    expect((await project.attempt(['exec', '--timeout', '30s', 'sh', '-c', 'exit 3'])).status).toBe(3);
    expect((await project.attempt(['exec', '--timeout', 'soon', 'true'])).status).toBe(2);
  });

  it('is interrupted at any moment of its start, too', async () => {
    for (const delay of [0, 80, 160, 240, 320, 400]) {
      const { child, ended } = project.start(['exec', 'sleep', '4245']);
      await sleep(delay);
      child.kill('SIGINT');
      expect((await ended).status).toBe(130);
    }
    await vi.waitFor(async () => expect(await project.processes()).not.toContain('sleep 4245'), patient);
  });

  it('lets a program answer a signal in its own way', async () => {
    const script = 'trap "echo tidied; exit 5" INT; echo ready; while :; do sleep 0.1; done';
    const { child, ended, said } = project.start(['exec', 'sh', '-c', script]);
    await said('ready');
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 5, stdout: 'ready\ntidied\n' });
  });

  it('ends a program that ignores Ctrl-C at the second one', async () => {
    const script = 'trap "" INT TERM; echo ready; while :; do sleep 4243; done';
    const { child, ended, said } = project.start(['exec', 'sh', '-c', script]);
    await said('ready');
    child.kill('SIGINT');
    await sleep(300);
    child.kill('SIGINT');
    const begun = Date.now();
    expect((await ended).status).toBeGreaterThanOrEqual(128);
    expect(Date.now() - begun).toBeLessThan(8_000);
    await vi.waitFor(async () => expect(await project.processes()).not.toContain('sleep 4243'), patient);
  });

  it('ends a program whose reader has left', async () => {
    const line = `"$0" "$1" exec sh -c 'while echo filler-4244; do :; done' | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const { stdout } = await tryRun('bash', ['-c', line, process.execPath, bin], {
      cwd: project.folder,
      env: project.env,
    });
    expect(stdout).toBe('filler-4244\n141\n');
    await vi.waitFor(async () => expect(await project.processes()).not.toContain('filler-4244'), patient);
  });

  it('says so where there is no workspace, or none that runs', async () => {
    const absent = await project.attempt(['exec', '--name', 'other', 'true']);
    expect([absent.status, absent.stderr]).toEqual([1, expect.stringContaining('devenv up')]);
    await project.run('down');
    const stopped = await project.attempt(['exec', 'true']);
    expect([stopped.status, stopped.stderr]).toEqual([1, expect.stringMatching(/is stopped.*\n.*devenv up/s)]);
    await project.run('up');
  });
});

describeInLab('a terminal', (lab) => {
  let project: Project;
  /** Runs devenv on a terminal of its own, of 50 rows and 123 columns; types each key when the text before it has shown. */
  const onTerminal = (args: readonly string[], typed: readonly (readonly [string, string])[] = []) =>
    tryRun('python3', ['-c', terminal, JSON.stringify([process.execPath, bin, ...args]), JSON.stringify(typed)], {
      cwd: project.folder,
      env: { ...project.env, COLORTERM: 'truecolor' },
      timeout: 60_000,
    });
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'terminal');
    await project.run('up');
  });
  afterAll(() => project.remove());

  it('has the size and the exit code of the one outside', async () => {
    const { stdout, exitCode } = await onTerminal([
      'exec',
      'sh',
      '-c',
      'test -t 0 && test -t 1; until [ "$(stty size)" != "0 0" ]; do sleep 0.1; done; stty size; stty -opost; printf "a\nb"; exit 9',
    ]);
    expect([stdout, exitCode], 'byte for byte').toEqual(['50 123\r\na\nb', 9]);
  });

  it('hands Ctrl-C to the program that runs inside', async () => {
    const script = 'trap "echo caught; exit 3" INT; echo ready; while :; do sleep 0.1; done';
    const { stdout, exitCode } = await onTerminal(['exec', 'sh', '-c', script], [['ready', '\u0003']]);
    expect([stdout, exitCode]).toEqual([expect.stringContaining('caught'), 3]);
  });

  it('opens a shell in the project, whose prompt tells where, and whose history outlives the container', async () => {
    const { stdout, exitCode } = await onTerminal(
      ['shell'],
      [['/workspace', 'echo $((6*7)) $PWD $COLORTERM; exit 4\r']],
    );
    expect([stdout, exitCode]).toEqual([expect.stringContaining('42 /workspace truecolor'), 4]);
    expect(stdout).toContain('(terminal v1) ');
    await project.run('destroy', '--yes', '--discard', '--no-snapshot');
    await project.run('up');
    const again = await onTerminal(['shell'], [['/workspace', 'history; exit\r']]);
    expect(again.stdout).toContain('echo $((6*7)) $PWD');
  });
});

/** A terminal in 25 lines of Python: Node has none of its own. */
const terminal = `
import fcntl, json, os, pty, struct, sys, termios
argv, typed = json.loads(sys.argv[1]), json.loads(sys.argv[2])
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 50, 123, 0, 0))
    os.execv(argv[0], argv)
seen = b''
while True:
    try:
        chunk = os.read(master, 65536)
    except OSError:
        break
    if not chunk:
        break
    os.write(1, chunk)
    seen += chunk
    if typed and typed[0][0].encode() in seen:
        os.write(master, typed.pop(0)[1].encode())
        seen = b''
_, status = os.waitpid(pid, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
`;

/** Processes of the program among all that a process has started. */
function devenvBelow(parent: number): number[] {
  const found: number[] = [];
  const visit = (pid: number): void => {
    try {
      if (readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').includes('bin/devenv.js\0exec')) found.push(pid);
      const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
      for (const child of children.split(' ').filter(Boolean)) visit(Number(child));
    } catch {
      // It has ended meanwhile.
    }
  };
  visit(parent);
  return found.filter((pid) => !readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').startsWith('sh\0'));
}
