import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBase } from '../../lab/base.ts';
import { describeInLab } from '../../lab/describe-in-lab.ts';
import { openProject, type Project } from '../../story/project.ts';

/** Time for somebody to write something between the look at a workspace and its removal. */
const gap = { TEAMVM_FAILPOINT: 'leave:before:sleep=4000' };

describeInLab('what is written while a workspace is about to go', (lab) => {
  describeOn('a');
  describeOn('c');

  function describeOn(machine: 'a' | 'c'): void {
    let project: Project;
    const sh = (script: string): Promise<string> => project.run('exec', '--root', 'sh', '-c', script);
    const states = async (): Promise<readonly (string | undefined)[]> =>
      (await project.containers()).map((each) => each.split(' ')[1]);
    const doing = (kind: string) => `${kind} on ${lab.machines[machine].kind}`;

    beforeAll(async () => {
      project = await openProject(lab.machines[machine], 'leaving');
      await project.run('up');
    });
    afterAll(() => project.remove());

    it(doing('stops destroy, though a version has the file as it was'), async () => {
      await sh('echo x > /opt/saved');
      await project.run('commit', '--yes', '--no-write-back', '-m', 'save');
      const going = project.start(['destroy', '--yes', '--json'], { env: gap });
      await going.said('Removing the workspace');
      await sh('echo late >> /opt/saved');
      const { status, stdout } = await going.ended;
      expect([status, stdout]).toEqual([1, expect.stringContaining('DRIFT_UNSAVED')]);
      expect(stdout).toContain('/opt/saved');
      expect(await states()).toEqual(['running']);
      await project.run('reset', '--yes');
    });

    it(doing('stops reset and up onto another version'), async () => {
      await sh('echo x > /opt/dropped');
      const resetting = project.start(['reset', '--yes'], { env: gap });
      await resetting.said('Recreating the workspace');
      await sh('echo late >> /opt/dropped');
      expect((await resetting.ended).status).toBe(1);
      await project.run('reset', '--yes');

      await project.declare('packages: {}\nenv: {COLOUR: red}\n');
      const going = project.start(['up', '--yes'], { env: gap });
      await going.said('Recreating the workspace');
      await sh('echo late > /opt/late');
      expect((await going.ended).status).toBe(1);
      expect(await states()).toEqual(['running']);
      expect(await sh('cat /opt/late')).toBe('late\n');
      await project.run('up', '--yes', '--discard');
    });

    it(doing('sees a mode that changed beside noise'), async () => {
      await sh('mkdir -p /opt/box; echo x > /opt/box/kept');
      await project.run('commit', '--yes', '--no-write-back', '-m', 'box');
      await project.run('destroy', '--yes');
      await project.run('up');
      await sh('echo 1 > /opt/box/run.pid');
      await project.run('destroy', '--yes');
      await project.run('up');
      await sh('echo 1 > /opt/box/run.pid; chmod 700 /opt/box');
      const refused = await project.attempt(['destroy', '--yes']);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('/opt/box')]);
      await project.run('reset', '--yes', '--no-snapshot');
      expect(await sh('stat -c %a /opt/box')).toBe('755\n');
    });

    it(doing('leaves containers alone that have its labels from an image, or copied'), async () => {
      const { cli } = project.machine;
      const [own = ''] = (await project.containers()).map((each) => each.split(' ')[0] ?? '');
      const { Config, Image } = JSON.parse(await cli(['inspect', '--format', '{{json .}}', own])) as {
        readonly Config: { readonly Labels: Readonly<Record<string, string>> };
        readonly Image: string;
      };
      const copied = Object.entries(Config.Labels).map(([name, value]) => `--label=${name}=${value}`);
      await cli(['commit', own, 'devenv-test/by-hand:1']);
      await cli(['run', '-d', '--name', 'by-hand', 'devenv-test/by-hand:1', 'sleep', '1000']);
      await cli(['run', '-d', '--name', 'copied', ...copied, Image, 'sleep', '1000']);
      try {
        // Neither as the workspace nor as a second one, though they run and it does not.
        await cli(['stop', '-t', '0', own]);
        const stopped = await project.attempt(['exec', 'true']);
        expect([stopped.status, stopped.stderr]).toEqual([1, expect.stringContaining('stopped')]);
        const { operations } = await project.json<{ operations: { kind: string }[] }>('up');
        expect(operations.map(({ kind }) => kind)).toEqual(['start']);
        await project.declare('packages: {}\nenv: {COLOUR: green}\n');
        await project.run('up', '--yes');
        await project.run('destroy', '--yes', '--discard', '--no-snapshot');
        expect([...(await project.containers())].sort()).toEqual(['by-hand running', 'copied running']);
        const none = await project.attempt(['exec', 'true']);
        expect([none.status, none.stderr]).toEqual([
          1,
          expect.stringMatching(/the container (by-hand|copied) has its labels/),
        ]);
        await project.run('destroy', '--yes', '--discard', '--no-snapshot');
        expect([...(await project.containers())].sort()).toEqual(['by-hand running', 'copied running']);
      } finally {
        await cli(['rm', '-f', 'by-hand', 'copied']);
        await cli(['rmi', 'devenv-test/by-hand:1']);
        await project.run('up', '--yes');
      }
    });

    it(doing('waits for nothing where nobody writes'), async () => {
      const killed = await project.attempt(['destroy', '--yes'], { env: { TEAMVM_FAILPOINT: 'leave:paused:kill' } });
      expect(killed.status).toBe(137);
      expect(await states()).toEqual(['paused']);
      await project.run('status');
      expect(await states()).toEqual(['running']);
      await project.run('destroy', '--yes');
      expect(await states()).toEqual([]);
    });
  }

  it('keeps what lies in a volume that the image asks for, and says that no version has it', async () => {
    const machine = lab.machines.a;
    const change = ['--change', 'VOLUME /data', '--change', 'CMD ["/bin/sh"]'];
    await machine.cli(['import', ...change, await makeBase(), 'devenv-test/with-volume:1']);
    const project = await openProject(machine, 'with-volume');
    try {
      await project.write('devenv.yaml', 'version: 1\nname: with-volume\nbase: devenv-test/with-volume:1\n');
      await project.run('up', '--yes');
      await project.run('exec', '--root', 'sh', '-c', 'echo x > /data/work; echo x > /opt/work');
      const made = await project.attempt(['commit', '--yes', '-m', 'work']);
      expect([made.status, made.stderr]).toEqual([0, expect.stringContaining('Not in the version: /data.')]);
      await project.run('destroy', '--yes');
      await project.run('up', '--yes');
      expect(await project.run('exec', 'cat', '/data/work')).toContain('x');
      await project.run('verify');
    } finally {
      await project.remove();
      await machine.tryCli(['rmi', 'devenv-test/with-volume:1']);
    }
  });
});
