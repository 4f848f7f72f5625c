import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wide } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, type Project } from './project.ts';

describeInLab('a worktree of git', (lab) => {
  let root: string;
  let project: Project;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'safe.directory=*', '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
      cwd: join(root, 'shop'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'devenv-worktree-'));
    await chmod(root, 0o755);
    execFileSync('git', ['init', '-q', join(root, 'shop')]);
    git('commit', '-q', '--allow-empty', '-m', 'first');
    git('worktree', 'add', '-q', '../tree');
    git('worktree', 'add', '-q', '../other');
    execFileSync('chown', ['-R', '1001:1001', root]);
    // git takes long to install: the wide run has it.
    const yaml = wide ? 'packages: {apt: [git]}\n' : '';
    project = await openProject(lab.machines.b, 'worktree', { yaml, folder: join(root, 'tree') });
    execFileSync('chown', ['-R', '1001:1001', root]);
  });
  afterAll(async () => {
    await project.remove();
    await rm(root, { recursive: true, force: true });
  });

  it('names the cause without an agreement, and mounts nothing', async () => {
    const { stderr } = await project.attempt(['up', '--yes']);
    expect(stderr).toContain('git finds none in the workspace until you agree with `devenv trust`');
    expect((await project.attempt(['exec', 'ls', join(root, 'shop/.git')])).status).not.toBe(0);
  });

  it('has its repository after that, and can write no settings, hooks or records of others', async () => {
    await project.run('trust', '--yes');
    await project.run('up', '--yes');
    const common = join(root, 'shop/.git');
    const refused = ['config', 'hooks/post-commit', 'commondir', 'worktrees/other/HEAD', 'worktrees/third'];
    const script = `cd ${common} && cat HEAD && for path in ${refused.join(' ')}; do
      (echo x >>$path) 2>/dev/null && echo "wrote $path"; done; mv hooks h 2>/dev/null && echo moved
      echo x >objects/mine && echo x >worktrees/tree/mine && stat -c %U objects/mine && ls ${root}/tree | head -1`;
    expect(await project.run('exec', 'sh', '-c', script)).toBe('ref: refs/heads/master\ndev\ndevenv-lock.yaml\n');
    expect(await readFile(join(common, 'objects/mine'), 'utf8')).toBe('x\n');
    expect(execFileSync('stat', ['-c', '%u', join(common, 'objects/mine')], { encoding: 'utf8' })).toBe('1001\n');
    await rm(join(common, 'objects/mine'));
  });

  it('is read-only in a fork that is told so, with owners mapped', async () => {
    await project.run('fork', 'look', '--read-only-project');
    const places = `/workspace ${root}/tree ${root}/shop/.git/objects ${root}/shop/.git/worktrees/tree`;
    const script = `for place in ${places}; do touch $place/x 2>/dev/null && echo "wrote $place"; done
      stat -c %U /workspace; ls /workspace | head -1`;
    const look = ['exec', '--name', 'look', 'sh', '-c', script];
    expect(await project.run(...look)).toBe('dev\ndevenv-lock.yaml\n');
    expect(await project.run('exec', '--root', ...look.slice(1))).toBe('dev\ndevenv-lock.yaml\n');
    await project.run('destroy', '--name', 'look', '--volumes', '--discard', '--no-snapshot', '--yes');
  });

  // No skipped test in `npm test`: this one, which installs git, is only in the wide run.
  if (wide)
    it('is where git works inside, and a prune drops no other worktree', async () => {
      const work =
        'git -c user.name=a -c user.email=a@b.c commit -q --allow-empty -m inside && git status -sb | head -1; git worktree prune; git log --format=%s';
      expect(await project.run('exec', 'sh', '-c', work)).toBe('## tree\ninside\nfirst\n');
      expect(git('worktree', 'list')).toContain('/other ');
      expect(git('log', '-1', '--format=%s', 'tree')).toBe('inside\n');
    });
});
