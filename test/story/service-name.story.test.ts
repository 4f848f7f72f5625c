import { expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase } from './project.ts';

/** Says what somebody puts into a file. */
const talks = `echo began; trap 'exit 0' TERM; while :; do if [ -e /tmp/say ]; then cat /tmp/say; rm /tmp/say; fi; sleep 0.1; done`;

describeInLab('a service on every engine', (lab) => {
  it.each(chooseMachines(['b'], ['a', 'c', 'podman']))(
    'is reachable by name, and missed when it ends while others are waited for, on %s',
    async (name) => {
      const project = await openProject(lab.machines[name], 'service-name', {
        yaml: `services:\n  echo:\n    image: ${readyBase}\n    command: "${talks}"\n    ready: {command: "test -d /etc", interval: 100ms}\n`,
      });
      try {
        await project.run('up');
        expect(await project.run('exec', '--', 'getent', 'hosts', 'echo')).toMatch(/^\d+\.\d+\.\d+\.\d+\s+echo/);
        expect((await project.json<{ operations: readonly object[] }>('up')).operations).toEqual([]);
        const following = project.start(['logs', 'echo', '-f', '--since', '1h']);
        await following.said('began');
        const container = (await project.containers()).find((row) => row.includes('.echo '))?.split(' ')[0] ?? '';
        await project.machine.cli(['exec', container, 'sh', '-c', 'echo later >/tmp/new; mv /tmp/new /tmp/say']);
        await following.said('later');
        following.child.kill('SIGINT');
        expect((await following.ended).status).toBe(130);
        expect(await project.run('logs', 'echo', '--tail', '1')).toBe('later\n');
        expect(await project.run('logs', 'echo', '--since', '2100-01-01T00:00:00Z')).toBe('');
        await project.run('down');
        await project.run('up');
        expect(await project.run('exec', '--', 'getent', 'hosts', 'echo')).toMatch(/^\d+\.\d+\.\d+\.\d+\s+echo/);
        const dying = `early: {image: "${readyBase}", command: "sleep 2; echo no such queue; exit 3"}`;
        const slow = `late: {image: "${readyBase}", command: "${talks}", ready: {command: "sleep 4", interval: 100ms}}`;
        await project.declare(`services: {${dying}, ${slow}}\n`);
        const { status, stderr } = await project.attempt(['up']);
        expect([status, stderr]).toEqual([
          8,
          expect.stringContaining('early ended with exit code 3.\n  no such queue'),
        ]);
      } finally {
        await project.remove();
      }
    },
  );
});
