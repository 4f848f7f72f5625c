import { existsSync } from 'node:fs';
import { lstat, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { Processes, RunResult } from '../../ports/processes.ts';
import type { WorktreePlace, Worktrees } from '../../ports/worktrees.ts';
import { findRepository, type GitFolders } from './find-repository.ts';
import { located, plain, silent } from './git-environment.ts';
import { makePrivateFolder } from './make-private-folder.ts';
import { refuseLinks } from './refuse-git-links.ts';
import { resolveReal } from './trusted-programs.ts';

/** What git reads and writes of a repository here: no configuration, no hooks, no attributes. */
const shared = ['objects', 'refs', 'packed-refs', 'worktrees', 'shallow'];

/** Bytes of a file of git. */
const limit = 256 * 1024;

/** Milliseconds to check out a large repository. */
const patience = 600_000;

/** Worktrees by the `git` command, with a folder of devenv's own as GIT_COMMON_DIR that links to the repository's objects and refs. */
export class GitWorktrees implements Worktrees {
  readonly #processes: Processes;
  readonly #files: HostFiles;

  constructor(processes: Processes, files: HostFiles) {
    this.#processes = processes;
    this.#files = files;
  }

  async find(folder: string): Promise<WorktreePlace | undefined> {
    const found = await findRepository(this.#files, folder);
    if (found === undefined) return undefined;
    const { top, common } = found;
    const branch = /^ref: refs\/heads\/(.+)$/m.exec(await this.#read(found.folder, 'HEAD'))?.[1];
    return { top, ...(common !== undefined && { common }), ...(branch !== undefined && { branch }) };
  }

  async add(
    folder: string,
    { path, branch, needs }: { readonly path: string; readonly branch: string; readonly needs: string },
  ): Promise<void> {
    const found = await findRepository(this.#files, folder);
    if (found?.folder === undefined || found.common === undefined)
      throw new DevenvError('WORKTREE_FAILED', `There is no git repository in ${folder}.`, { state: nothing });
    const { common } = found;
    const own = await makePrivateFolder('devenv-git-', found.top);
    try {
      await mkdir(join(common, 'worktrees'), { recursive: true });
      await refuseLinks(common, branch);
      await this.#fill(own, common);
      const run = (argv: readonly string[], record = found.folder, tree = found.top): Promise<RunResult> =>
        this.#processes.run([...plain, '-c', 'core.hooksPath=/dev/null', ...argv], {
          cwd: tree,
          timeout: patience,
          env: { ...located, ...silent, GIT_DIR: record, GIT_COMMON_DIR: own, GIT_WORK_TREE: tree },
        });
      const require = async (argv: readonly string[], what: string): Promise<void> => {
        const { exitCode, stderr } = await run(argv);
        if (exitCode === 127) throw noGit();
        if (exitCode !== 0)
          throw new DevenvError('WORKTREE_FAILED', `${what}: ${firstLine(stderr)}`, { state: nothing });
      };
      await require(['check-ref-format', '--branch', branch], `${branch} is not a valid branch name`);
      const exists = (await run(['rev-parse', '--verify', '--quiet', `refs/heads/${branch}^{commit}`])).exitCode === 0;
      const start = exists ? `refs/heads/${branch}` : 'HEAD';
      await require(['cat-file', '-e', `${start}:${needs}`], `${exists ? branch : 'HEAD'} does not have ${needs}`);
      await require([
        'worktree',
        'add',
        '--no-checkout',
        ...(exists ? [path, branch] : ['-b', branch, path, 'HEAD']),
      ], 'git refused');
      // git wrote the path of devenv's own folder.
      const record = join(common, 'worktrees', basename(await this.#recordOf(path)));
      await writeFile(join(path, '.git'), `gitdir: ${record}\n`);
      const { exitCode, stderr } = await run(['reset', '--hard', '--quiet', '--no-recurse-submodules'], record, path);
      if (exitCode !== 0)
        throw new DevenvError('WORKTREE_FAILED', `git could not check ${branch} out: ${firstLine(stderr)}`);
      // What git read meanwhile counts only if it was the repository's own.
      await refuseLinks(common, branch);
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  async remove(folder: string, path: string): Promise<void> {
    const found = await findRepository(this.#files, folder);
    const name = basename(await this.#recordOf(path));
    await rm(path, { recursive: true, force: true });
    if (found?.common === undefined || ['', '.', '..'].includes(name)) return;
    const record = join(found.common, 'worktrees', name);
    // The repository may have been written by a workspace: no link is followed, and no record of another one is removed.
    const isOwn = (await this.#read(record, 'gitdir')).trim() === join(path, '.git');
    if (isOwn && resolveReal(record) === join(resolveReal(found.common) ?? '', 'worktrees', name))
      await rm(record, { recursive: true, force: true });
  }

  /** The path that the `.git` of a worktree names; empty if there is none. */
  async #recordOf(path: string): Promise<string> {
    return /^gitdir: (.+)$/m.exec(await this.#read(path, '.git'))?.[1] ?? '';
  }

  async #fill(own: string, common: string): Promise<void> {
    const [config, head] = await Promise.all([this.#read(common, 'config'), this.#read(common, 'HEAD')]);
    const sha256 = /^[ \t]*objectformat[ \t]*=[ \t]*"?sha256\b/im.test(config);
    const format = sha256 ? 'repositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256' : 'bare = false';
    await Promise.all([
      writeFile(join(own, 'config'), `[core]\n\t${format}\n`),
      // git refuses a branch that is checked out there.
      writeFile(join(own, 'HEAD'), /^ref: refs\/heads\/.+\n$/.test(head) ? head : 'ref: refs/heads/none\n'),
      ...shared
        .filter((name) => existsSync(join(common, name)))
        .map((name) => symlink(join(common, name), join(own, name))),
    ]);
  }

  /** Empty if there is no such file. */
  async #read(folder: GitFolders['folder'], name: string): Promise<string> {
    if (folder === undefined) return '';
    const path = join(folder, name);
    if (!(await lstat(path).catch(() => undefined))?.isFile()) return '';
    return (await this.#files.readText(path, limit, dirname(path)).catch(() => undefined)) ?? '';
  }
}

const nothing = 'Nothing was changed.';

const noGit = (): DevenvError =>
  new DevenvError('HOST_PROGRAM_MISSING', 'git is not installed on this machine.', {
    hint: 'Install it, on Debian: `apt-get install git`.',
    state: nothing,
  });

const firstLine = (stderr: string): string =>
  stderr
    .trim()
    .split('\n')[0]
    ?.replace(/^fatal: /, '') ?? '';
