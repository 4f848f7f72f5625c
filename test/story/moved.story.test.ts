import { rename, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

const yaml = `volumes: ["data:/data"]
services: {db: {image: ${readyBase}, command: "${idle}", volumes: ["kept:/kept"]}}
`;

describeInLab('a project folder', (lab) => {
  let project: Project;
  let folder: string;
  beforeAll(async () => {
    project = await openProject(lab.machines.b, 'moved', { yaml });
    await project.run('up');
  });
  afterAll(async () => {
    await project.attempt(['destroy', '--volumes', '--discard', '--no-snapshot', '--yes'], { folder });
    await project.remove();
  });
  const inDb = async (script: string): Promise<string> => {
    const filters = ['--filter', String.raw`name=\.db$`, '--filter', 'label=dev.teamvm.project=moved'];
    const id = await project.machine.cli(['ps', '-q', ...filters]);
    return project.machine.cli(['exec', id, 'sh', '-c', script]);
  };

  it('that is reached by a link is the same project', async () => {
    const link = join(dirname(project.folder), 'link');
    await symlink(project.folder, link);
    const up = await project.json<{ operations: unknown[] }>('up', '--project', link);
    expect(up.operations).toEqual([]);
    expect(await project.containers()).toHaveLength(2);
  });

  it('takes its workspace, uncommitted changes and data along when it is moved', async () => {
    await project.run(
      'exec',
      '--root',
      'sh',
      '-c',
      'echo mine > /opt/mine; echo precious > /data/file; chmod 666 /data/file',
    );
    await inDb('echo rows > /kept/table');
    folder = join(dirname(project.folder), 'elsewhere');
    await project.run('snapshot', 'create', '-m', 'before the move');
    await rename(project.folder, folder);
    const lost = await project.attempt(['exec', 'true'], { folder });
    expect([lost.status, lost.stderr]).toEqual([1, expect.stringContaining(`was at ${project.folder} before`)]);
    const refused = await project.attempt(['up'], { folder });
    expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('1 change that no version has')]);
    const up = await project.attempt(['up', '--carry'], { folder });
    expect([up.status, up.stderr]).toEqual([
      0,
      expect.stringContaining(`This project was at ${project.folder} before.`),
    ]);
    const seen = await project.attempt(['exec', 'cat', '/opt/mine', '/data/file'], { folder });
    expect(seen.stdout).toBe('mine\nprecious\n');
    expect(await inDb('cat /kept/table')).toBe('rows');
    expect(await project.containers()).toEqual([]);
    const listed = await project.attempt(['snapshot', 'list'], { folder });
    expect(listed.stdout).toContain('before the move');
    const again = await project.attempt(['up', '--json'], { folder });
    expect((JSON.parse(again.stdout) as { operations: unknown[] }).operations).toEqual([]);
  });
});
