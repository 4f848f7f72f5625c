import { execFileSync } from 'node:child_process';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { startLab, type Lab } from '../lab/lab.ts';
import { diskOf } from '../lab/machine-paths.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

describeInLab('a full disk of the engine', () => {
  let [lab, project] = [undefined, undefined] as unknown as [Lab<'small'>, Project];
  const disk = (): string => diskOf(join(lab.folder, 'small'));
  const filler = (): string => join(disk(), 'filler');
  /** Takes all of the disk but so many bytes. */
  const leave = async (bytes: number): Promise<void> => {
    const { bavail, bsize } = await statfs(disk());
    execFileSync('fallocate', ['-l', String(bavail * bsize - bytes), filler()]);
  };
  const inDb = async (script: string): Promise<string> => {
    const id = (await project.machine.cli(['ps', '-q', '--filter', 'label=dev.teamvm.service=db'])).trim();
    return (await project.machine.cli(['exec', id, 'sh', '-c', script])).trim();
  };
  beforeAll(async () => {
    lab = await startLab({ machines: { small: 'docker-26' }, disks: { small: { size: '520m', on: 'memory' } } });
    project = await openProject(lab.machines.small, 'full', {
      yaml: `services: {db: {image: ${readyBase}, command: "${idle}", volumes: ["d:/data"]}}\n`,
    });
    await project.run('up', '--yes');
    await inDb('head -c 60000000 /dev/urandom >/data/big; md5sum /data/big >/data/sum');
  });
  afterAll(async () => {
    await project.remove();
    await lab.stop();
  });

  it('ends a snapshot, and leaves everything running and nothing behind', async () => {
    const before = await project.machine.cli(['volume', 'ls', '-q', '--filter', 'label=dev.teamvm.folder']);
    await leave(30e6);
    const failed = await project.attempt(['snapshot', 'create']);
    expect([failed.status, failed.stderr]).toEqual([4, expect.stringMatching(/disk[^\n]* is full/)]);
    expect(await project.containers()).toEqual([
      expect.stringMatching(/ running$/),
      expect.stringMatching(/ running$/),
    ]);
    expect(await project.machine.cli(['volume', 'ls', '-q', '--filter', 'label=dev.teamvm.folder'])).toBe(before);
    await rm(filler());
    await project.run('snapshot', 'create');
  });

  it('does not restore a snapshot by halves', async () => {
    await inDb('echo later >/data/later');
    await leave(30e6);
    const restore = ['snapshot', 'restore', '1', '--yes', '--no-snapshot'];
    const failed = await project.attempt(restore);
    expect([failed.status, failed.stderr]).toEqual([4, expect.stringMatching(/disk[^\n]* is full/)]);
    expect(await inDb('ls -A /data; md5sum -c /data/sum')).toBe('big\nlater\nsum\n/data/big: OK');
    await rm(filler());
    await project.run(...restore);
    expect(await inDb('ls -A /data; md5sum -c /data/sum')).toBe('big\nsum\n/data/big: OK');
  });

  const imagesOf = async (): Promise<readonly string[]> =>
    (await project.machine.cli(['images', '-q', `devenv/${project.name}`])).split('\n').filter((id) => id !== '');
  const listMade = async (): Promise<readonly string[]> => {
    const ids = await project.machine.cli(['images', '-q', '--filter', 'label=dev.teamvm.version']);
    return [...new Set(ids.split('\n').filter((id) => id !== ''))];
  };
  const inWorkspace = async (script: string): Promise<string> =>
    (await project.run('exec', '--', 'sh', '-c', script)).trim();

  it('ends a build with nothing of its step, and the same command goes on after space was freed', async () => {
    const service = `services: {db: {image: ${readyBase}, command: "${idle}", volumes: ["d:/data"]}}\n`;
    const step = 'run: [{name: big, run: head -c 60000000 /dev/urandom >/opt/big}]\n';
    await project.declare(`${service}image: ${lab.registry.host}/full\n${step}`);
    await leave(30e6);
    const before = [await project.containers(), await imagesOf()];
    const failed = await project.attempt(['up', '--yes']);
    expect([failed.status, failed.stderr]).toEqual([
      8,
      expect.stringMatching(/No space left on device|disk[^\n]* is full/),
    ]);
    expect([await project.containers(), await imagesOf()]).toEqual(before);
    expect(await project.builders()).toEqual([]);
    await rm(filler());
    await project.run('up', '--yes');
    expect(await inWorkspace('stat -c %s /opt/big')).toBe('60000000');
  });

  it('ends a pull, and the same command goes on after space was freed', async () => {
    await lab.login('small');
    await project.run('push');
    await project.run('destroy', '--yes', '--discard');
    // An image goes only after its children, and the list has those of one second in any order.
    for (let made = await listMade(); made.length > 0; made = await listMade())
      await project.machine.cli(['rmi', '-f', ...made]).catch(() => '');
    expect(await imagesOf()).toEqual([]);
    await leave(30e6);
    const failed = await project.attempt(['up', '--yes']);
    expect([failed.status, failed.stderr]).toEqual([4, expect.stringMatching(/disk[^\n]* is full/)]);
    expect([await project.containers(), await imagesOf()]).toEqual([[], []]);
    await rm(filler());
    await project.run('up', '--yes');
    expect(await inWorkspace('stat -c %s /opt/big')).toBe('60000000');
    expect(await inDb('md5sum -c /data/sum')).toBe('/data/big: OK');
  });
});
