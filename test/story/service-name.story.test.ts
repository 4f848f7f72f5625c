import { expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { idle, openProject, readyBase } from './project.ts';

describeInLab('a service on every engine', (lab) => {
  it.each(chooseMachines(['c'], ['a', 'c', 'podman']))('is reachable by name on %s', async (name) => {
    const project = await openProject(lab.machines[name], 'service-name', {
      yaml: `services:\n  echo:\n    image: ${readyBase}\n    command: "${idle}"\n    ready: {command: "test -d /etc", interval: 100ms}\n`,
    });
    try {
      await project.run('up');
      expect(await project.run('exec', '--', 'getent', 'hosts', 'echo')).toMatch(/^\d+\.\d+\.\d+\.\d+\s+echo/);
      expect((await project.json<{ operations: readonly object[] }>('up')).operations).toEqual([]);
      await project.run('down');
      await project.run('up');
      expect(await project.run('exec', '--', 'getent', 'hosts', 'echo')).toMatch(/^\d+\.\d+\.\d+\.\d+\s+echo/);
    } finally {
      await project.remove();
    }
  });
});
