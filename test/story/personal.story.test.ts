import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { aptInstall, openProject, type Project } from './project.ts';

interface Verified {
  readonly identical: boolean;
  readonly fingerprint: string;
}

const personal = `packages: {apt: [tree]}
env: {EDITOR: nano}
dotfiles: {source: ~/dots}
`;

describeInLab('personal things', (lab) => {
  describe.each(chooseMachines(['b'], ['b', 'c', 'podman']))('on %s', (name) => {
    let project: Project;
    let home: string;
    const write = async (text: string): Promise<void> => {
      const folder = join(dirname(project.folder), `config-${name}`, 'teamvm');
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, 'personal.yaml'), text);
    };
    const inside = (...argv: string[]): Promise<string> => project.run('exec', '--root', ...argv);
    beforeAll(async () => {
      home = join(dirname((await openProject(lab.machines[name], `personal-${name}`)).folder), 'home');
    });
    beforeAll(async () => {
      project = await openProject(lab.machines[name], `personal-${name}`, {
        folder: join(dirname(home), 'project'),
        env: { HOME: home },
      });
      await mkdir(join(home, 'dots/.config/tool'), { recursive: true });
      await mkdir(join(home, 'dots/.git'), { recursive: true });
      await writeFile(join(home, 'dots/.toolrc'), 'mine\n');
      await writeFile(join(home, 'dots/.config/tool/settings'), 'mine\n');
      await writeFile(join(home, 'dots/README'), 'x\n');
      await symlink('.toolrc', join(home, 'dots/.otherrc'));
    });
    afterAll(() => project.remove());

    it('are refused with every fault and its place', async () => {
      await write('pakages: {}\nenv: {A=B: 1}\n');
      const refused = await project.attempt(['up']);
      expect(refused.status).toBe(3);
      expect(refused.stderr).toMatch(/personal\.yaml:1:1: .*Did you mean "packages"/);
      expect(refused.stderr).toContain('personal.yaml:2:7');
    });

    it('lie above the version, which stays the same', async () => {
      await write('env: {}\n');
      await project.run('up', '--yes');
      const plain = await project.json<Verified>('verify');
      await write(personal);
      await project.run('up');
      const script = 'tree --version >/dev/null; echo $EDITOR; cat ~/.toolrc ~/.otherrc ~/.config/tool/settings';
      expect(await project.run('exec', 'sh', '-c', script)).toBe('nano\nmine\nmine\nmine\n');
      expect(await inside('dpkg-query', '-W', '-f', '${Status}', 'sudo')).toContain('installed');
      expect((await project.attempt(['exec', 'dpkg-query', '-W', 'tree'])).status).not.toBe(0);
      expect(await project.json<Verified>('verify')).toEqual(plain);
      expect((await project.json<{ operations: unknown[] }>('up')).operations).toEqual([]);
      expect(await project.run('status')).toContain('personal     tree, $EDITOR, dotfiles from ');
      expect(await project.json('drift')).toMatchObject({ paths: 0 });
    });

    it('are left out of a commit, which has all that was added', async () => {
      await inside('sh', '-c', `${aptInstall} hello && echo x >/usr/local/share/added`);
      await inside('sh', '-c', 'echo changed >>/home/dev/.toolrc');
      const drift = await project.run('drift');
      expect(drift).toContain('hello');
      expect(drift).not.toContain('tree');
      await project.run('commit', '-m', 'hello', '--yes');
      await project.run('up', '--name', 'team');
      const without = { env: { TEAMVM_PERSONAL: '' } };
      expect((await project.attempt(['up', '--name', 'plain'], without)).status).toBe(0);
      const script =
        'hello; cat /usr/local/share/added; command -v tree; ls -A ~ /var/lib/devenv; dpkg --audit; dpkg-query -W tree';
      const { stdout } = await project.attempt(['exec', '--name', 'plain', 'sh', '-c', script]);
      expect(stdout.startsWith('Hello, world!\nx\n')).toBe(true);
      expect(stdout).not.toMatch(/tree|toolrc|dotfiles|personal/);
      expect(await project.run('exec', '--name', 'team', 'sh', '-c', 'tree --version; hello; cat ~/.toolrc')).toMatch(
        /^tree .*\nHello, world!\nmine\n$/s,
      );
      for (const workspace of ['plain', 'team']) {
        await project.attempt(['destroy', '--name', workspace, '--yes', '--discard', '--no-snapshot']);
      }
    });

    it('are refused in a commit that rests on them', async () => {
      await inside('sh', '-c', 'echo "# more" >>/usr/share/doc/tree/copyright');
      const refused = await project.attempt(['commit', '-m', 'more']);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('/usr/share/doc/tree/copyright')]);
      expect(refused.stderr).toContain('TEAMVM_PERSONAL=');
    });

    it('that would change a package of the version are refused, and what there is stays', async () => {
      await write('packages: {apt: [hello-traditional]}\n');
      const refused = await project.attempt(['up', '--discard']);
      expect([refused.status, refused.stderr]).toEqual([8, expect.stringMatching(/^ *hello:.* installed$/m)]);
      expect(refused.stderr).toContain('TEAMVM_PERSONAL=');
      expect(await project.run('exec', 'tree', '--version')).toContain('tree');
    });

    const look = (): Promise<string> => project.run('exec', 'sh', '-c', 'ls /opt; cat ~/.toolrc');

    it('come along with a carry where they were changed', async () => {
      await write('dotfiles: {source: ~/dots}\n');
      await project.run('up', '--discard');
      await inside('sh', '-c', 'echo x >/opt/x; echo other >/home/dev/.dotfiles/.toolrc');
      await project.declare('packages: {apt: [hello]}\nrun: [{name: more, run: touch /opt/more}]\n');
      await project.run('up', '--yes', '--carry');
      expect(await look(), 'above the layer that the new container has, too').toBe('more\nx\nother\n');
    });

    // No skipped test in `npm test`: this one is only in the wide run.
    if (wide)
      it('come through a restore and an amended commit, and back with a reset', async () => {
        const { snapshot } = await project.json<{ snapshot: { number: number } }>('snapshot', 'create');
        await inside('sh', '-c', 'rm /opt/x; echo third >/home/dev/.dotfiles/.toolrc');
        await project.run('snapshot', 'restore', String(snapshot.number), '--yes', '--no-snapshot');
        expect(await look()).toBe('more\nx\nother\n');
        await project.run('commit', '-m', 'x', '--yes');
        await inside('touch', '/opt/y');
        await project.run('commit', '--amend', '--yes');
        await project.run('reset', '--yes', '--no-snapshot');
        expect(await look()).toBe('more\nx\ny\nmine\n');
        expect(await project.json('drift')).toMatchObject({ paths: 0 });
      });
  });
});
