import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { npmAuthorities } from './devenv.ts';
import { openProject, type Project } from './project.ts';

describeInLab('Runtimes of the npm registry', (lab) => {
  let project: Project;
  const lock = async (): Promise<string> => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');

  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'runtimes', {
      yaml: 'tools: {deno: "2.9", bun: "1"}\nuser: root\n',
      env: npmAuthorities,
    });
  });

  afterAll(() => project.remove());

  it('run, and the lock has their exact version and integrity', async () => {
    await project.run('up', '--yes');
    expect(await project.run('exec', 'deno', 'eval', 'console.log(6 * 7)')).toContain('42');
    expect(await project.run('exec', 'bun', '-e', 'console.log(6 * 7)')).toContain('42');
    expect(await lock()).toMatch(/deno: "?2\.9\.\d+[^]*deno\.integrity\.x64: "?sha512-/);
    expect(await lock()).toMatch(/bun: "?1\.\d+\.\d+[^]*bun\.integrity\.x64: "?sha512-/);
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
  });

  it('of a version that does not exist are answered with the nearest', async () => {
    await project.declare('tools: {deno: "2.9", bun: "1.0.9999"}\nuser: root\n');
    const { status, stderr } = await project.attempt(['up', '--yes']);
    expect(status).toBe(3);
    expect(stderr).toMatch(
      /has no @oven\/bun-linux-x64 that "1\.0\.9999" would name.*\n[^]*The nearest is 1\.\d+\.\d+/,
    );
  });

  it('are removed on top', async () => {
    await project.declare('tools: {deno: "2.9"}\nuser: root\n');
    await project.run('up', '--yes');
    expect(await project.run('exec', 'ls', '/usr/local/bin')).toBe('deno\n');
    expect(await lock()).not.toContain('bun.integrity');
  });

  it('are the same in a clean build', async () => {
    expect(await project.json('build', '--clean', '--check')).toMatchObject({ identical: true, failed: [] });
  });
});
