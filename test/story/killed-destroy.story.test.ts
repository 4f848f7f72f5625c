import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, readyBase, type Project } from './project.ts';

/** Takes its time to stop, as a database does. */
const slow = `trap 'sleep 5; exit 0' TERM; while :; do sleep 1 & wait $!; done`;

describeInLab('a destroy that is killed while a service stops', (lab) => {
  let project: Project;
  beforeAll(async () => {
    const yaml = `services: {db: {image: ${readyBase}, command: "${slow}"}}\n`;
    project = await openProject(lab.machines.b, 'killed-destroy', { yaml });
    await project.run('up');
  });
  afterAll(() => project.remove());

  it('leaves a service that the next up has running', async () => {
    const { child, ended } = project.start(['destroy', '--yes']);
    await expect.poll(() => project.containers(), { timeout: 30_000 }).toHaveLength(1);
    await sleep(1000);
    child.kill('SIGKILL');
    await ended;
    await project.run('up');
    await sleep(7000);
    expect((await project.containers()).slice().sort()).toEqual([
      expect.stringMatching(/ running$/),
      expect.stringMatching(/\.db running$/),
    ]);
  });
});
