import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startDevenv } from './devenv.ts';
import { peakOf } from './peak-of.ts';
import { openProject, type Project } from './project.ts';

describeInLab('hooks', (lab) => {
  let project: Project;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'hooks');
    await project.run('up');
  });
  afterAll(() => project.remove());

  const told = async (): Promise<readonly string[]> => {
    const text = await readFile(join(project.folder, 'told'), 'utf8').catch(() => '');
    await writeFile(join(project.folder, 'told'), '');
    return text.split('\n').filter(Boolean).sort();
  };
  const tell = (word: string): string => `echo ${word} >>/workspace/told`;

  it('run once for a container, at each start, and when a watched file changes', async () => {
    await project.write('deps', '1');
    await project.declare(
      `hooks:\n  create: {one: ${tell('create-one')}, two: [sh, -c, "${tell('create-two')}"]}\n  update: ${tell('update')}\n  watch: [deps]\n  start: ${tell('start')}\n`,
    );
    await project.run('destroy', '--yes', '--discard');
    await project.run('up');
    expect(await told()).toEqual(['create-one', 'create-two', 'start']);
    await project.run('up');
    expect(await told()).toEqual([]);
    await project.write('deps', '2');
    await project.run('up');
    expect(await told()).toEqual(['update']);
    await project.run('down');
    await project.run('up');
    expect(await told()).toEqual(['start']);
    await project.run('exec', '--root', 'touch', '/opt/more');
    await project.run('commit', '-m', 'more');
    await project.run('up');
    expect(await told(), 'a version of what is in the workspace already').toEqual([]);
    await project.write('deps', '3');
    await project.run('up');
    expect(await told(), 'a watched file after a commit').toEqual(['update']);
    await project.run('exec', '--root', 'touch', '/opt/dropped');
    await project.run('reset', '--yes');
    expect(await told(), 'another container').toEqual(['create-one', 'create-two', 'start']);
  });

  it('leave a workspace to enter when one fails, with its last lines, and run again', async () => {
    await project.declare('hooks: {create: {bad: "echo reason; touch /workspace/tried; exit 3", good: "true"}}\n');
    await project.run('destroy', '--yes', '--discard');
    for (const attempt of [1, 2]) {
      const { status, stderr } = await project.attempt(['up']);
      expect([attempt, status]).toEqual([attempt, 8]);
      expect(stderr).toMatch(/"create: bad" ended with exit code 3\.\n {2}reason\n/);
      expect(stderr).not.toContain('"create: good"');
      expect(await project.run('exec', 'sh', '-c', 'rm tried && echo in')).toBe('in\n');
    }
    expect(await project.json('status')).toMatchObject({ workspace: { dueHooks: ['create'] } });
    const { stderr } = await project.attempt(['up', '--verbose']);
    expect(stderr).toContain('[create: bad] reason\n');
    await project.declare(`hooks: {create: "${tell('mended')}"}\n`);
    await project.run('up');
    expect(await told()).toEqual(['mended']);
    expect(await project.json('status')).toMatchObject({ workspace: { dueHooks: [] } });
  });

  it('run before the prompt of each shell, and keep nobody out of it', async () => {
    /** Opens one on a terminal, and types into it once its prompt is there. */
    const shell = async (typed: string): Promise<{ readonly status: number; readonly screen: string }> => {
      const env = { ...project.env, TERM: 'xterm' };
      const running = startDevenv(['shell'], { folder: project.folder, env, terminal: true });
      await running.said('(hooks v');
      running.child.stdin.write(typed);
      const { status, stdout } = await running.ended;
      return { status, screen: stdout };
    };
    await project.declare(`hooks: {attach: {one: "${tell('one')}; echo news", two: [sh, -c, "${tell('two')}"]}}\n`);
    await project.run('up');
    await project.run('exec', 'true');
    expect(await told(), 'neither for up nor for exec').toEqual([]);
    for (const code of [0, 4]) {
      const { status, screen } = await shell(`exit ${String(code)}\r`);
      expect([status, screen]).toEqual([code, expect.stringMatching(/news\r\n.*\(hooks v/s)]);
      expect(await told()).toEqual(['one', 'two']);
    }
    await project.declare('hooks: {attach: {bad: "echo reason; exit 3", good: "true"}}\n');
    for (const [code, status] of [
      [0, 8],
      [4, 4],
    ]) {
      const failed = await shell(`echo $((6 * 7)); exit ${String(code)}\r`);
      expect(failed.status).toBe(status);
      expect(failed.screen).toMatch(/reason\r\n.*"attach: bad" ended with exit code 3\..*\(hooks v.*42\r\n/s);
      expect(failed.screen.match(/reason\r\n/g), 'once').toHaveLength(1);
      expect(failed.screen).not.toContain('"attach: good"');
    }
  });

  it('run again where devenv was killed in the middle of one', async () => {
    await project.declare(`hooks: {create: "${tell('begun')}; sleep 2; ${tell('ended')}"}\n`);
    await project.run('destroy', '--yes', '--discard');
    const { child, ended } = project.start(['up']);
    await vi.waitFor(
      async () => expect(await readFile(join(project.folder, 'told'), 'utf8')).toContain('begun'),
      60_000,
    );
    child.kill('SIGKILL');
    await ended;
    await project.run('up');
    expect((await told()).filter((word) => word === 'begun')).toHaveLength(2);
    expect(await told()).toEqual([]);
  });

  it('end what they have started at Ctrl-C', async () => {
    await project.declare(`hooks: {create: "${tell('begun')}; sleep 4250"}\n`);
    await project.run('destroy', '--yes', '--discard');
    const { child, ended } = project.start(['up']);
    await vi.waitFor(
      async () => expect(await readFile(join(project.folder, 'told'), 'utf8')).toContain('begun'),
      60_000,
    );
    child.kill('SIGINT');
    expect((await ended).status).toBe(130);
    await vi.waitFor(async () => expect(await project.processes()).not.toContain('sleep 4250'), 60_000);
  });
});

describeInLab('a hook', (lab) => {
  for (const name of chooseMachines(['podman'], ['a', 'podman'])) {
    it(`reads nothing, leaves a daemon that lives on, prints much: ${lab.machines[name].kind}`, async () => {
      const daemon = '(while :; do echo tick; sleep 0.2; done) & echo forked';
      const yaml = `hooks:\n  create: {reads: "cat; read x || true", forks: "${daemon}", prints: "head -c ${String(wide ? 1_000_000_000 : 20_000_000)} /dev/zero"}\n`;
      const project = await openProject(lab.machines[name], 'hook-faults', { yaml });
      try {
        const { child, ended } = project.start(['up']);
        let peak = 0;
        const watch = setInterval(() => (peak = Math.max(peak, look(child.pid))), 100);
        const { status, stderr } = await ended;
        clearInterval(watch);
        expect([status, stderr.length < 10_000]).toEqual([0, true]);
        expect(peak).toBeGreaterThan(20);
        expect(peak, 'MB').toBeLessThan(200);
        const alive = `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline 2>/dev/null; done | grep -c 'echo tick' || true`;
        // Each of its lines would be its end, if nobody took them any more.
        await project.run('exec', 'sleep', '1');
        expect(Number(await project.run('exec', 'sh', '-c', alive))).toBeGreaterThan(0);
      } finally {
        await project.remove();
      }
    });
  }
});

/** Nothing where it has ended. */
function look(pid: number | undefined): number {
  try {
    return peakOf(pid ?? 0);
  } catch {
    return 0;
  }
}
