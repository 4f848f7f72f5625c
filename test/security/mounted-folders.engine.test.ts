import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, type Project } from '../story/project.ts';

describeInLab('a folder of the project that is exchanged for a link out while up mounts it', (lab) => {
  describe.each(chooseMachines(['b'], ['a', 'b', 'podman']))('on %s', (name) => {
    let project: Project;
    let outside: string;
    beforeAll(async () => {
      project = await openProject(lab.machines[name], `exchanged-${name}`, { yaml: 'volumes: ["./data:/data"]\n' });
      outside = join(dirname(project.folder), 'outside');
      await mkdir(outside);
      await writeFile(join(outside, 'secret'), 'of the person\n');
      await project.write('data/own', 'of the project\n');
      await project.run('build');
    });
    afterAll(() => project.remove());

    it('ends with status 9, and nothing of the folder outside can be reached', async () => {
      const data = join(project.folder, 'data');
      const running = project.start(['up'], { env: { TEAMVM_FAILPOINT: 'up:created:sleep=4000' } });
      const created = (): Promise<readonly string[]> => project.containers();
      await expect.poll(created, { timeout: 60_000, interval: 100 }).toEqual([expect.stringMatching(/ created$/)]);
      await rename(data, `${data}.real`);
      await symlink(outside, data);
      const outcome = await running.ended;
      expect([outcome.status, outcome.stderr]).toEqual([9, expect.stringContaining('./data was exchanged')]);
      expect(await project.containers()).toEqual([]);
      await rm(data);
      await rename(`${data}.real`, data);
      await project.run('up');
      expect(await project.run('exec', 'cat', '/data/own')).toBe('of the project\n');
      expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('of the person\n');
    });
  });
});
