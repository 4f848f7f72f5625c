import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase, type Project } from './project.ts';

const taken = 'devenv-test/base-with-a-user:1';
const yaml = 'folder: /home/dev/src/shop\nvolumes: ["deps:/home/dev/src/shop/node_modules"]\n';

describeInLab('a volume whose user got another number', (lab) => {
  describe.each(chooseMachines(['b'], ['b', 'podman']))('on %s', (name) => {
    const machine = lab.machines[name];
    let project: Project;
    beforeAll(async () => {
      project = await openProject(machine, `number-${name}`, { yaml });
      // In the base that comes later the number of the user is taken.
      const container = (await machine.cli(['run', '-d', readyBase, 'useradd', '-u', '1000', 'somebody'])).trim();
      await machine.cli(['wait', container]);
      await machine.cli(['commit', container, taken]);
      await machine.cli(['rm', container]);
      for (const path of ['', 'devenv.yaml']) await chown(join(project.folder, path), 1000, 1000);
      await project.run('up');
    });
    afterAll(async () => {
      await project.remove();
      await machine.cli(['rmi', taken]);
    });

    it('stays writable, with what the user had in it', async () => {
      await project.run(
        'exec',
        'sh',
        '-c',
        'mkdir node_modules/a && echo 1 > node_modules/a/b && id -u > node_modules/id',
      );
      expect(await project.run('exec', 'cat', 'node_modules/id')).toBe('1000\n');
      // The engine made the way to the project: root's.
      await project.run('exec', 'mkdir', '../beside');
      await project.write('devenv.yaml', `version: 1\nname: ${project.name}\nbase: ${taken}\n${yaml}`);
      const { status, stderr } = await project.attempt(['up', '--yes', '--discard']);
      expect([status, stderr]).toEqual([0, expect.stringContaining('/shop/node_modules were given that number')]);
      await project.run(
        'exec',
        'sh',
        '-c',
        'echo 2 >> node_modules/a/b && touch node_modules/new && mkdir node_modules/a/c',
      );
      expect(await project.run('exec', 'sh', '-c', 'cat node_modules/a/b; id -un')).toBe('1\n2\ndev\n');
      expect((await project.attempt(['up'])).stderr).not.toContain('were given');
    });
  });
});
