import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../../ports/git.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { Processes, RunOptions, RunResult } from '../../ports/processes.ts';
import { located, plain, silent } from './git-environment.ts';
import { findRepository, type GitFolders } from './find-repository.ts';
import { readRemote } from './read-remote.ts';
import { makePrivateFolder } from './make-private-folder.ts';

const configLimit = 1024 * 1024;

/** A repository with a git directory of devenv's own, for one use of git. */
interface PreparedGit {
  readonly repository: GitFolders | undefined;
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<RunResult>;
}

/**
 * Git by the `git` command. A folder of devenv's own replaces GIT_COMMON_DIR,
 * the source of configuration, hooks and excludes. GIT_DIR stays the
 * repository's, of which git then reads HEAD and the index only, so that the
 * person's `includeIf "gitdir:…"` works.
 */
export class PersonGit implements Git {
  readonly #processes: Processes;
  readonly #files: HostFiles;

  constructor(processes: Processes, files: HostFiles) {
    this.#processes = processes;
    this.#files = files;
  }

  async readSettings(folder: string): Promise<ReadonlyMap<string, string>> {
    const { stdout } = await this.#prepare(folder, ({ run }) =>
      run(['config', '-z', '--list', '--includes'], { timeout: 5_000 }),
    );
    return new Map([...parseSettings(stdout)].map(([name, values]) => [name, values.at(-1) ?? '']));
  }

  async readRepository(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
    const input = await this.#readConfig(await findRepository(this.#files, folder));
    if (input === '') return new Map();
    const { stdout } = await this.#processes.run([...plain, 'config', '--file', '-', '--no-includes', '-z', '--list'], {
      input,
      timeout: 5_000,
      env: { ...located, ...silent, GIT_DIR: '/dev/null' },
    });
    return parseSettings(stdout);
  }

  async judgeFile(folder: string, name: string): Promise<'ignored' | 'exposed' | 'no repository' | 'unknown'> {
    return this.#prepare(folder, async ({ repository, run }) => {
      if (repository === undefined) return 'no repository';
      const argv = ['check-ignore', '--quiet', '--', join(folder, name)];
      const { exitCode } = await run(argv, { cwd: repository.top, timeout: 10_000 });
      // 1: not ignored, or tracked. 127: no git, so nothing is committed.
      if (exitCode === 127) return 'no repository';
      return exitCode === 0 ? 'ignored' : exitCode === 1 ? 'exposed' : 'unknown';
    });
  }

  async askCredential(folder: string, verb: 'fill' | 'approve' | 'reject', question: string): Promise<string> {
    const options = { input: question, timeout: 30_000 };
    const { exitCode, stdout } = await this.#prepare(folder, ({ run }) => run(['credential', verb], options));
    return exitCode === 0 ? stdout : '';
  }

  readRemote<T>(
    project: string,
    address: string,
    use: (read: (path: string, limit: number) => Promise<string | undefined>) => Promise<T>,
  ): Promise<T> {
    const run = (argv: readonly string[], options: RunOptions): Promise<RunResult> =>
      this.#processes.run([...plain, ...argv], { ...options, env: { ...located, ...silent, GIT_NO_LAZY_FETCH: '1' } });
    return readRemote(run, project, address, use);
  }

  /** Prepares git's own directory, and removes it after `use`. */
  async #prepare<T>(folder: string, use: (prepared: PreparedGit) => Promise<T>): Promise<T> {
    const repository = await findRepository(this.#files, folder);
    const own = await makePrivateFolder('devenv-git-', repository?.top ?? folder);
    try {
      await this.#fill(own, repository);
      const env = {
        ...located,
        ...silent,
        GIT_DIR: repository?.folder ?? own,
        GIT_COMMON_DIR: own,
        ...(repository !== undefined && { GIT_WORK_TREE: repository.top }),
      };
      return await use({
        repository,
        run: (argv, options) => this.#processes.run([...plain, ...argv], { ...options, env }),
      });
    } finally {
      await rm(own, { recursive: true, force: true });
    }
  }

  async #fill(own: string, repository: GitFolders | undefined): Promise<void> {
    const sha256 = /^[ \t]*objectformat[ \t]*=[ \t]*"?sha256\b/im.test(await this.#readConfig(repository));
    const format = sha256 ? 'repositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256' : 'bare = false';
    await Promise.all(['objects', 'refs', 'info'].map((name) => mkdir(join(own, name))));
    await writeFile(join(own, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(own, 'config'), `[core]\n\t${format}\n`);
    // Patterns run nothing, like those of .gitignore.
    const excludes = await this.#read(repository?.common, 'info/exclude');
    await writeFile(join(own, 'info/exclude'), excludes);
  }

  #readConfig(repository: GitFolders | undefined): Promise<string> {
    return this.#read(repository?.common, 'config');
  }

  /** Empty if there is no such file. */
  async #read(folder: string | undefined, name: string): Promise<string> {
    if (folder === undefined) return '';
    return (await this.#files.readText(join(folder, name), configLimit).catch(() => undefined)) ?? '';
  }
}

/** Output of `git config -z --list`: name, newline, value; a name alone means true. */
function parseSettings(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const row of text.split('\0')) {
    const end = row.indexOf('\n');
    const [name, value] = end < 0 ? [row, 'true'] : [row.slice(0, end), row.slice(end + 1)];
    if (name !== '') settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}
