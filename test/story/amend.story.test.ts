import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Version } from '../../src/model/version.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, type Project } from './project.ts';

describeInLab('a commit that is amended', (lab) => {
  let project: Project;
  const asRoot = (script: string) => project.run('exec', '--root', 'sh', '-c', script);
  const lock = () => readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
  const amend = async (...args: string[]) => project.json<{ version?: Version }>('commit', '--amend', ...args);
  /** As the lock has them. */
  const versions = async () => {
    const { versions: entries } = await project.json<{ versions: (Version & Record<string, unknown>)[] }>('history');
    return entries.map(({ isCurrent: _current, pushed: _pushed, changes: _changes, ...version }): Version => version);
  };
  /** What the image of the current version says of itself. */
  const record = async (): Promise<Partial<Version>> => {
    const { number = 0, content = '' } = (await versions()).at(-1) ?? {};
    const tag = `devenv/${project.name}:${String(number)}-${content.slice(7, 19)}`;
    const format = '{{index .Config.Labels "dev.teamvm.record"}}';
    return JSON.parse(await project.machine.cli(['image', 'inspect', '--format', format, tag])) as Partial<Version>;
  };
  /** Without what the image tells by itself. */
  const tellOf = ({
    content: _content,
    size: _size,
    layers: _layers,
    digest: _digest,
    ...told
  }: Version): Partial<Version> => told;
  const isSettled = async () => {
    expect((await project.attempt(['plan', '--exit-code'])).status).toBe(0);
    expect(await project.json('verify')).toMatchObject({ identical: true });
    expect(await project.json('up')).toMatchObject({ built: false, operations: [] });
    expect(await record()).toEqual(tellOf((await versions()).at(-1)!));
  };

  beforeAll(async () => {
    await lab.login('b');
    project = await openProject(lab.machines.b, 'amend', { yaml: `image: ${lab.registry.host}/amend/env\n` });
    await project.run('up');
  });
  afterAll(() => project.remove());

  it('is refused where the current version is no commit', async () => {
    const refused = await project.attempt(['commit', '--amend', '-m', 'other']);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('is not a commit')]);
  });

  it('gets another message, and nothing else', async () => {
    await asRoot('echo one > /opt/one');
    await project.run('commit', '-m', 'tpyo');
    const [, before] = await versions();
    const killed = await project.attempt(['commit', '--amend', '-m', 'typo'], {
      env: { TEAMVM_FAILPOINT: 'amend:named:kill' },
    });
    expect(killed.status).toBe(137);
    expect(await lock()).toContain('tpyo');
    expect((await amend('-m', 'typo')).version).toEqual({ ...before, message: 'typo' });
    expect(await versions()).toHaveLength(2);
    await isSettled();
  });

  it.each(['commit:merged', 'record:named', 'lock:after'])(
    'gets what was added since, in one layer, killed at %s before',
    async (point) => {
      const [, before] = await versions();
      const name = point.replace(':', '-');
      await asRoot(`echo two > /opt/${name}; rm -f /opt/gone; echo x > /opt/gone`);
      const killed = await project.attempt(['commit', '--amend'], { env: { TEAMVM_FAILPOINT: `${point}:kill` } });
      expect(killed.status).toBe(137);
      const again = await amend();
      expect(again.version === undefined, 'there is nothing left to do').toBe(point === 'lock:after');
      const [, after] = await versions();
      expect(after).toMatchObject({ number: 2, parent: 1, from: 1, message: 'typo', layers: before?.layers });
      expect(after?.content).not.toBe(before?.content);
      await isSettled();
    },
  );

  it('is what a new workspace is made of, and what comes next stands on it', async () => {
    await project.run('destroy', '--yes');
    await project.run('up');
    expect(await asRoot('ls /opt')).toBe('commit-merged\ngone\nlock-after\none\nrecord-named\n');
    await asRoot('rm /opt/gone');
    await amend('-m', 'none is gone');
    expect(await asRoot('ls /opt')).not.toContain('gone');
    await asRoot('echo next > /opt/next');
    await project.run('commit', '-m', 'next');
    expect((await versions()).map(({ number, from }) => [number, from])).toEqual([
      [1, undefined],
      [2, 1],
      [3, 2],
    ]);
    await isSettled();
  });

  it('is refused once it is pushed, and says what to do', async () => {
    await project.run('push');
    const before = await lock();
    const refused = await project.attempt(['commit', '--amend', '-m', 'other']);
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('devenv rollback')]);
    expect(await lock()).toBe(before);
  });
});
