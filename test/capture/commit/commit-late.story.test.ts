import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines } from '../../lab/choose-machines.ts';
import { describeInLab } from '../../lab/describe-in-lab.ts';
import type { Outcome } from '../../story/devenv.ts';
import { openProject, type Project } from '../../story/project.ts';

/** After all was listed and searched, and before anything stands still. */
const env = { TEAMVM_FAILPOINT: 'commit:intent:sleep=4000' };

describeInLab('what changes while a commit is under way', ({ machines }) => {
  const names = chooseMachines(['b'], ['a', 'b']);
  // On the first a container looks, on the second a process of the machine.
  describe.each(names.map((name) => machines[name]))('on $kind', (machine) => {
    let project: Project;
    let container: string;
    const sh = (script: string): Promise<string> => machine.cli(['exec', '-u', '0', container, 'sh', '-c', script]);
    const commitAround = async (script: string): Promise<Outcome> => {
      const running = project.start(['commit', '--yes', '-m', 'many'], { env });
      await running.said('Capturing the workspace');
      await sh(script);
      return running.ended;
    };

    beforeAll(async () => {
      project = await openProject(machine, 'late');
      await project.run('up', '--yes');
      container = await machine.cli(['ps', '-q', '--filter', `label=dev.teamvm.folder=${project.folder}`]);
      // So many are captured as they are, and not copied first.
      await sh('mkdir /opt/many && cd /opt/many && seq 1200 | split -l 1 -a 3 - f');
    });
    afterAll(() => project.remove());

    it('is refused where it is a secret, and nothing was made', async () => {
      const lock = await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
      const key = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ');
      const refused = await commitAround(`printf -- '${key}\\n%s\\n' ${'k8Zq'.repeat(16)} > /opt/many/late.key`);
      expect([refused.status, refused.stderr]).toEqual([7, expect.stringContaining('/opt/many/late.key:1')]);
      expect(await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8')).toBe(lock);
      expect((await project.containers()).map((each) => each.split(' ')[1])).toEqual(['running']);
      await sh('rm /opt/many/late.key');
    });

    it('is captured as it is, and is no change any more', async () => {
      const made = await commitAround('cd /opt/many && echo late > late && rm faaa && echo other > faab');
      expect(made.status, made.stderr).toBe(0);
      const content = /content: sha256:([0-9a-f]{12})/g;
      const lock = await readFile(join(project.folder, 'devenv-lock.yaml'), 'utf8');
      const tag = `2-${[...lock.matchAll(content)].at(-1)?.[1] ?? ''}`;
      const read = 'cd /opt/many; cat late faab; ls | wc -l; ls faaa 2>&1 || true';
      const image = `devenv/${project.name}:${tag}`;
      const found = await machine.cli(['run', '--rm', '--network=none', '--entrypoint=sh', image, '-c', read]);
      expect(found).toMatch(/^late\nother\n1200\n.*faaa/s);
      expect(await project.json('drift', '--json')).toMatchObject({ paths: 0 });
    });
  });
});
