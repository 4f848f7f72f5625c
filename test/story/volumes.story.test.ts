import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chooseMachines } from '../lab/choose-machines.ts';
import { describeInLab } from '../lab/describe-in-lab.ts';
import { openProject, type Project } from './project.ts';

interface Status {
  readonly workspace: { readonly unsaved: number };
  readonly ports: readonly {
    readonly of: string;
    readonly host: number;
    readonly wished: number;
    readonly open: boolean;
  }[];
}

const yaml = `ports: [18090]
volumes:
  - deps:/workspace/web/node_modules
  - repository:/home/dev/.m2/repository
  - ./data:/data
limits: {memory: 256m, cap_add: [SYS_PTRACE]}
`;

describeInLab('volumes and ports of a workspace', (lab) => {
  describe.each(chooseMachines(['b'], ['b', 'podman']))('on %s', (name) => {
    let project: Project;
    beforeAll(async () => {
      project = await openProject(lab.machines[name], `volumes-${name}`, { yaml });
      await project.write('web/package.json', '{}');
      // Somebody who has the number of the user in the image: nothing has to be mapped.
      for (const path of ['', 'web', 'devenv.yaml', 'web/package.json'])
        await chown(join(project.folder, path), 1000, 1000);
      await project.run('up');
    });
    afterAll(() => project.remove());
    const hosts = async (...args: string[]): Promise<number[]> =>
      (await project.json<Status>('status', ...args)).ports.map(({ host }) => host);

    it("are the user's to write, and folders made for them are the person's", async () => {
      const write = 'for p in web/node_modules ~/.m2/repository /data; do echo x > $p/file; done; id -u';
      expect(await project.run('exec', 'sh', '-c', write)).toBe('1000\n');
      expect(await readFile(join(project.folder, 'data/file'), 'utf8')).toBe('x\n');
      for (const path of ['data', 'web/node_modules']) expect((await stat(join(project.folder, path))).uid).toBe(1000);
      // What is in a volume is not in the project.
      await expect(stat(join(project.folder, 'web/node_modules/file'))).rejects.toThrow('ENOENT');
    });

    it('count as no change of the workspace, nor do the folders that lead to them', async () => {
      expect((await project.json<Status>('status')).workspace.unsaved).toBe(0);
      expect((await project.attempt(['commit', '-m', 'nothing'])).stdout).toMatch(/[Nn]othing/);
    });

    it('live on when the container is made anew', async () => {
      await project.declare(`${yaml}env: {A: b}\n`);
      await project.run('up');
      expect(await project.run('exec', 'sh', '-c', 'cat web/node_modules/file ~/.m2/repository/file')).toBe('x\nx\n');
      expect(await hosts()).toEqual([18_090]);
    });

    it('of a second workspace are its own, at a port that is free and stays', async () => {
      const { stderr } = await project.attempt(['up', '--name', 'two']);
      expect(stderr).toContain('Port 18090 is taken: 127.0.0.1:18091 is used instead.');
      expect(await project.run('exec', '--name', 'two', 'ls', 'web/node_modules')).toBe('');
      const strict = await project.attempt(['up', '--name', 'three', '--strict-ports']);
      expect([strict.status, strict.stderr]).toEqual([1, expect.stringMatching(/18090.* is taken by the container/)]);
      await project.run('down', '--name', 'two');
      await project.run('up', '--name', 'two');
      expect(await hosts('--name', 'two')).toEqual([18_091]);
      expect(await hosts()).toEqual([18_090]);
    });

    it('moves if a program of the machine has the port, for a new container and for a stopped one', async () => {
      const { machine } = project;
      const marker = join(dirname(project.folder), 'listening');
      const script = `my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 18090, Listen => 1) or die "$!";
        open(my $file, '>', $ARGV[0]); close $file; for (1 .. 1200) { last unless -e $ARGV[0]; select(undef, undef, undef, 0.1) }`;
      await project.run('down');
      const program = machine.run(['perl', '-MIO::Socket::INET', '-e', script, marker]);
      try {
        await expect.poll(() => existsSync(marker), { timeout: 30_000 }).toBe(true);
        const stopped = await project.attempt(['up']);
        expect([stopped.status, stopped.stderr]).toEqual([
          0,
          expect.stringContaining('127.0.0.1:18092 is used instead'),
        ]);
        expect(await project.run('exec', 'echo', 'it runs')).toBe('it runs\n');
        const created = await project.attempt(['up', '--name', 'four']);
        expect([created.status, created.stderr]).toEqual([
          0,
          expect.stringContaining('127.0.0.1:18093 is used instead'),
        ]);
        const strict = await project.attempt(['up', '--name', 'five', '--strict-ports']);
        expect([strict.status, strict.stderr]).toEqual([
          1,
          expect.stringMatching(/18090.* is taken by another program/),
        ]);
        await project.run('destroy', '--name', 'four', '--yes');
      } finally {
        await rm(marker, { force: true });
        expect((await program).exitCode).toBe(0);
      }
    });

    it('has the caches of the machine like the first, with locks that hold for both', async () => {
      // What npm, pip, go and cargo lock their caches with.
      const hold = 'flock $XDG_CACHE_HOME/lock sh -c "echo held; read line"';
      const first = project.start(['exec', 'sh', '-c', hold]);
      await first.said('held');
      const lock = ['exec', '--name', 'two', 'sh', '-c', 'flock -n $XDG_CACHE_HOME/lock echo free'];
      expect((await project.attempt(lock)).status).toBe(1);
      first.child.stdin.end();
      await first.ended;
      expect(await project.run(...lock)).toBe('free\n');
    });

    it('is what a git worktree has by itself', async () => {
      const git = (...args: string[]): unknown =>
        execFileSync('git', ['-c', 'safe.directory=*', ...args], { cwd: project.folder, stdio: 'pipe' });
      const folder = join(dirname(project.folder), 'tree');
      git('init', '-q');
      git('add', 'devenv.yaml', 'devenv-lock.yaml');
      git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-q', '-m', 'x');
      git('worktree', 'add', '-q', folder);
      try {
        const up = await project.attempt(['up'], { folder });
        expect([up.status, up.stderr]).toEqual([0, expect.stringContaining(join(project.folder, '.git'))]);
        const { stdout } = await project.attempt(['exec', 'sh', '-c', 'ls; echo here >mine'], { folder });
        expect(stdout).toBe('data\ndevenv-lock.yaml\ndevenv.yaml\nweb\n');
        expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('here\n');
        expect(await project.containers()).toHaveLength(2);
        const listed = await project.json<{ workspaces: readonly { folder: string }[] }>('ls');
        expect(listed.workspaces.map((one) => one.folder)).toContain(folder);
      } finally {
        await project.attempt(['destroy', '--yes', '--discard', '--volumes', '--no-snapshot'], { folder });
        git('worktree', 'remove', '--force', folder);
      }
    });
  });
});

describeInLab('trust', (lab) => {
  it('is asked for before anything outside of the project is mounted, and again when that changes', async () => {
    const project = await openProject(lab.machines.b, 'trust');
    try {
      const outside = join(dirname(project.folder), 'outside');
      await mkdir(outside);
      await writeFile(join(outside, 'file'), 'x\n');
      const mount = `volumes: ["${outside}:/outside:ro"]\n`;
      await project.declare(mount);
      const refused = await project.attempt(['up', '--yes']);
      expect([refused.status, refused.stderr]).toEqual([9, expect.stringContaining(`${outside} at /outside, to read`)]);
      expect(refused.stderr).toContain('devenv trust');
      expect(await project.containers()).toEqual([]);
      expect((await project.attempt(['trust'])).status).toBe(1);
      expect(await project.json('trust', '--yes')).toMatchObject({ trusted: true });
      await project.run('up');
      expect(await project.run('exec', 'cat', '/outside/file')).toBe('x\n');
      // From inside, as anybody could who works there.
      const more = `printf 'limits: {privileged: true}\\n' >> devenv.yaml`;
      await project.run('exec', 'sh', '-c', more);
      const changed = await project.attempt(['up']);
      expect([changed.status, changed.stderr]).toEqual([9, expect.stringContaining('+ limits: gets privileged')]);
      await project.declare(mount);
      await project.run('up');
      await project.run('trust', '--revoke');
      expect((await project.attempt(['up'])).status).toBe(9);
    } finally {
      await project.declare('');
      await project.remove();
    }
  });
});
