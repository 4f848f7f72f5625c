import { execFileSync } from 'node:child_process';
import { chown, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chooseMachines, wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject } from './project.ts';

const author = {
  ...process.env,
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a' },
};

/** git refuses folders of others, and nothing here is to be one. The dotfiles are the user's of the image. */
const status = 'for d in /workspace ~/.dotfiles; do git -C $d status -s >/dev/null && git -C $d log --format=%s; done';

/** Whoever works there: the name and the number inside, whose home it is, what sudo gives. */
const script = 'echo $(id -un) $(id -u) $HOME $(sudo id -u); touch "$HOME/mine" made; mkdir -p sub; sudo touch roots';

describeInLab('a person of any number', (lab) => {
  for (const name of chooseMachines(['c'], ['a', 'c', 'podman'])) {
    it(`owns what the workspace makes in the project, with one image: ${lab.machines[name].kind}`, async () => {
      // git takes long to install: the wide run has it.
      const yaml = 'packages: {apt: [git]}\nrun: [{name: described, run: git log --format=%s >/opt/described}]\n';
      const project = await openProject(lab.machines[name], 'person', { yaml: wide ? yaml : '' });
      const git = (...args: string[]): unknown =>
        execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: project.folder, stdio: 'pipe', env: author });
      try {
        git('init', '-q');
        git('commit', '-q', '--allow-empty', '-m', 'first');
        execFileSync('chown', ['-R', '1000:1005', project.folder]);
        // The number of the user in the image needs no mapping: test/story/volumes.story.test.ts has that case, too.
        for (const uid of wide ? [1000, 1001, 70_000, 0] : [70_000, 0]) {
          const gid = uid === 0 ? 0 : uid + 5;
          for (const path of ['', '.git']) await chown(join(project.folder, path), uid, gid);
          expect(await project.json('up', '--discard'), 'no other image').toMatchObject({ version: 1 });
          const said = await project.run('exec', 'sh', '-c', script);
          expect(said).toBe(uid === 0 ? 'root 0 /home/dev 0\n' : 'dev 1000 /home/dev 0\n');
          for (const file of ['made', 'sub']) {
            expect(await stat(join(project.folder, file)), `${file} for ${String(uid)}`).toMatchObject({ uid, gid });
          }
          expect(await stat(join(project.folder, 'roots'))).toMatchObject({ uid: 0 });
          // What the person writes outside can be read and written inside.
          await writeFile(join(project.folder, 'outside'), 'x', { mode: 0o600 });
          await chown(join(project.folder, 'outside'), uid, gid);
          expect(await project.run('exec', 'sh', '-c', 'echo y >>outside; cat outside')).toBe('xy\n');
          expect(await project.run('exec', 'sh', '-c', 'touch /var/cache/devenv/personal/x && echo good')).toBe(
            'good\n',
          );
          const dots =
            'mkdir ~/.dotfiles && cd ~/.dotfiles && git init -q && git -c user.name=a -c user.email=a commit -qm mine --allow-empty';
          if (wide) await project.run('exec', '--root', 'su', 'dev', '-c', dots);
          for (const as of wide ? [[], ['--root'], ['-A']] : [])
            expect(await project.run('exec', ...as, 'env', 'HOME=/home/dev', 'sh', '-c', status)).toBe('first\nmine\n');
          await project.run('exec', '--root', 'rm', '-rf', 'made', 'sub', 'roots', 'outside', '/home/dev/.dotfiles');
          const drift = await project.json<{ groups: { cause: string; items: { name: string }[] }[] }>('drift');
          const own = drift.groups.filter(({ cause }) => cause !== 'noise');
          expect(own.flatMap(({ items }) => items.map((item) => item.name))).toEqual(['/home/dev/mine']);
        }
      } finally {
        await project.remove();
      }
    });
  }

  it('still does after the workspace was started again by somebody else', async () => {
    const { b } = lab.machines;
    const project = await openProject(b, 'person-restart', { yaml: 'hooks: {start: touch started}\n' });
    try {
      await chown(project.folder, 1001, 1001);
      await project.run('up');
      await project.run('exec', 'rm', 'started');
      const [container = ''] = await project.containers();
      await b.cli(['restart', '-t', '1', container.split(' ')[0] ?? '']);
      const refused = await project.attempt(['exec', 'touch', 'mine']);
      expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('devenv up')]);
      await project.run('up');
      await project.run('exec', 'touch', 'mine');
      for (const file of ['mine', 'started']) {
        expect(await stat(join(project.folder, file))).toMatchObject({ uid: 1001, gid: 1001 });
      }
    } finally {
      await project.remove();
    }
  });
});
