import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { idle, openProject, readyBase, type Project } from './project.ts';

const yaml = `services:
  keeper: {image: "${readyBase}", command: ["sh", "-c", "${idle}"], volumes: ["stuff:/stuff"], ports: [9731]}
volumes: ["own:/own"]
`;

describeInLab('a fork', (lab) => {
  describe.each(chooseMachines(['b'], ['b', 'c', 'podman']))('on machine %s', (kind) => {
    const machine = lab.machines[kind];
    let project: Project;
    let tree: string;
    /** Runs a script as root in a workspace. */
    const sh = (name: string, script: string): Promise<string> =>
      project.run('exec', '--root', '--name', name, 'sh', '-c', script);
    const keeper = async (name: string, script: string): Promise<string> => {
      const end = name === 'main' ? '.keeper' : `-${name}.keeper`;
      const found = (await project.containers()).map((line) => line.split(' ')[0] ?? '');
      const container = found.find((one) => one.endsWith(end) && (name !== 'main' || !one.includes('-try')));
      return machine.cli(['exec', container ?? '', 'sh', '-c', script]);
    };
    const git = (folder: string, ...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        ...{ cwd: folder, encoding: 'utf8' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    const destroy = (name: string): Promise<string> =>
      project.run('destroy', '--name', name, '--volumes', '--discard', '--no-snapshot', '--yes');
    /** What tells the first workspace apart from another or a restarted one. */
    const first = async (): Promise<readonly string[]> => {
      const own = (await project.containers()).filter((line) => /(?:[0-9a-f]{8}|\.keeper) /.test(line));
      const names = own.map((line) => line.split(' ')[0] ?? '').filter((name) => !/-(try|look|again)/.test(name));
      const state = await machine.cli([
        'inspect',
        '--format',
        '{{.Id}} {{.State.Status}} {{.State.StartedAt}}',
        ...names,
      ]);
      return [
        ...state.split('\n').sort(),
        await sh('main', 'cat /opt/drift /own/data'),
        await keeper('main', 'ls /stuff'),
      ];
    };

    beforeAll(async () => {
      project = await openProject(machine, 'forked', { yaml });
      tree = `${project.folder}-agent`;
      git(project.folder, 'init', '-q', '-b', 'main');
      await project.run('up', '--yes');
      git(project.folder, 'add', '-A');
      git(project.folder, 'commit', '-q', '-m', 'first');
      await sh('main', 'echo mine >/opt/drift; rm /etc/issue; echo mine >/own/data');
      await keeper(
        'main',
        'head -c 3000000 /dev/urandom >/stuff/random; ln /stuff/random /stuff/twin; chmod 4751 /stuff/twin',
      );
    });
    afterAll(async () => {
      const own = ['-q', '--filter', `label=dev.teamvm.folder=${tree}`];
      for (const id of (await machine.cli(['ps', '-a', ...own])).split('\n').filter(Boolean))
        await machine.cli(['rm', '-f', '-v', id]);
      for (const name of (await machine.cli(['volume', 'ls', ...own])).split('\n').filter(Boolean))
        await machine.cli(['volume', 'rm', name]);
      for (const name of (await machine.cli(['network', 'ls', ...own])).split('\n').filter(Boolean))
        await machine.cli(['network', 'rm', name]);
      await rm(tree, { recursive: true, force: true });
      await project.remove();
    });

    it('has the drift, volumes and data of the first one, which runs on unchanged', async () => {
      const before = await first();
      const { stdout, stderr } = await project.attempt(['fork', 'try']);
      expect(stdout).toContain('Copied the workspace main to try: version 1, uncommitted changes, the data of ');
      expect(stderr).toMatch(/9731.*9732/);
      expect(await sh('try', 'cat /opt/drift /own/data; ls /etc/issue || echo gone')).toBe('mine\nmine\ngone\n');
      const manifest = 'cd /stuff; stat -c "%n %a %h" *; md5sum random';
      expect(await keeper('try', manifest)).toBe(await keeper('main', manifest));
      expect(await project.json('drift', '--name', 'try')).toMatchObject({
        paths: (await project.json('drift'))['paths'],
      });
      await sh('try', 'echo tried >/opt/drift; echo tried >/own/data');
      await keeper('try', 'rm /stuff/*');
      expect(await first()).toEqual(before);
      expect((await project.json<{ operations: unknown[] }>('up', '--name', 'try')).operations).toEqual([]);
      expect((await project.attempt(['fork', 'try'])).status).toBe(2);
    });

    it('is made of a snapshot, too', async () => {
      await project.run('snapshot', 'create');
      await project.run('snapshot', 'restore', '1', '--name', 'again', '--yes');
      expect(await sh('again', 'cat /opt/drift /own/data')).toBe('mine\nmine\n');
      expect(await keeper('again', 'ls /stuff')).toBe(await keeper('main', 'ls /stuff'));
      await destroy('again');
    });

    it('has no way out and cannot write to the project if it is told so, also after up', async () => {
      await project.run('fork', 'look', '--offline', '--read-only-project');
      const look =
        'touch /workspace/x 2>/dev/null && echo wrote; grep -cE "^[a-z0-9]+\t00000000\t" /proc/net/route; getent hosts keeper | wc -l';
      expect((await project.attempt(['exec', '--root', '--name', 'look', 'sh', '-c', look])).stdout).toBe('0\n1\n');
      expect((await sh('main', look)).split('\n').slice(0, 2)).toEqual(['wrote', '1']);
      await project.run('down', '--name', 'look');
      await project.run('up', '--name', 'look');
      expect((await project.attempt(['exec', '--root', '--name', 'look', 'sh', '-c', look])).stdout).toBe('0\n1\n');
      await destroy('look');
      await rm(`${project.folder}/x`);
    });

    it.each(
      wide
        ? ['snapshot:ready', 'snapshot:still', 'fork:copied', 'up:created', 'fork:made']
        : ['snapshot:still', 'up:created'],
    )('that is killed at %s is made by the same command, or destroyed', async (point) => {
      const before = await first();
      const env = { TEAMVM_FAILPOINT: `${point}:kill` };
      expect((await project.attempt(['fork', 'again'], { env })).status).toBe(137);
      await project.run('status');
      expect(await first()).toEqual(before);
      await project.run('fork', 'again');
      expect(await sh('again', 'cat /opt/drift /own/data')).toBe('mine\nmine\n');
      await destroy('again');
      expect((await project.attempt(['fork', 'again'], { env })).status).toBe(137);
      await destroy('again');
      const left = [
        '--filter',
        `label=dev.teamvm.folder=${project.folder}`,
        '--filter',
        'label=dev.teamvm.workspace=again',
      ];
      expect(await machine.cli(['ps', '-aq', ...left])).toBe('');
      expect(await machine.cli(['volume', 'ls', '-q', ...left])).toBe('');
    });

    it('in a worktree commits, and the first one takes that over', async () => {
      await project.run('fork', 'agent', '--worktree', 'agent/fix');
      const inTree = (...args: string[]) => project.attempt(args, { folder: tree });
      expect((await inTree('exec', '--root', 'sh', '-c', 'cat /opt/drift; echo theirs >/opt/agent')).stdout).toBe(
        'mine\n',
      );
      await inTree('commit', '-m', 'the work of an agent');
      git(tree, 'commit', '-q', '-am', 'Add what the agent needed');
      await project.run('commit', '-m', 'my own work');
      git(project.folder, 'commit', '-q', '-am', 'Add my own');
      expect(() => git(project.folder, 'merge', '-q', 'agent/fix')).toThrow();
      await project.run('resolve');
      git(project.folder, 'commit', '-q', '-am', 'Merge the work of an agent');
      await project.run('rebase', '--take', 'mine');
      await project.run('up', '--yes');
      expect(await sh('main', 'cat /opt/drift /opt/agent')).toBe('mine\ntheirs\n');
    });
  });
});
