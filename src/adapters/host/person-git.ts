import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from '../../ports/git.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { Processes, RunOptions, RunResult } from '../../ports/processes.ts';
import { makePrivateFolder } from './make-private-folder.ts';
import { findRepository, type Repository } from './find-repository.ts';

/** Variables by which git is told of a repository: devenv may itself run in a hook of one. */
const located = {
  ...{ GIT_DIR: undefined, GIT_COMMON_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined },
  ...{ GIT_OBJECT_DIRECTORY: undefined, GIT_ALTERNATE_OBJECT_DIRECTORIES: undefined, GIT_NAMESPACE: undefined },
  ...{ GIT_PREFIX: undefined, GIT_CONFIG: undefined, GIT_SHALLOW_FILE: undefined, GIT_GRAFT_FILE: undefined },
};

/** Nobody is asked, and no index is written. */
const silent = {
  ...{ GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false', SSH_ASKPASS: 'false' },
  ...{ GIT_PAGER: 'cat', GIT_EDITOR: 'false', GIT_OPTIONAL_LOCKS: '0' },
};

/** Of the person, a program or a daemon that watches files: it would be told by the repository where to listen. */
const plain = ['git', '--no-pager', '-c', 'core.fsmonitor='];

const configLimit = 1024 * 1024;

/** The repository as devenv puts it together for one run of git. */
interface Stand {
  readonly repository: Repository | undefined;
  readonly run: (argv: readonly string[], options?: RunOptions) => Promise<RunResult>;
}

/**
 * Git over the `git` command. Each run gets a git directory of its own in place
 * of the one where git would look for configuration, hooks and excludes
 * (GIT_COMMON_DIR). GIT_DIR stays the repository's, from which git then takes
 * HEAD and the index alone, so that `includeIf "gitdir:…"` of the person holds.
 */
export class PersonGit implements Git {
  readonly #processes: Processes;
  readonly #files: HostFiles;

  constructor(processes: Processes, files: HostFiles) {
    this.#processes = processes;
    this.#files = files;
  }

  async readSettings(folder: string): Promise<ReadonlyMap<string, string>> {
    const { stdout } = await this.#stand(folder, ({ run }) =>
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
    return this.#stand(folder, async ({ repository, run }) => {
      if (repository === undefined) return 'no repository';
      const argv = ['check-ignore', '--quiet', '--', join(folder, name)];
      const { exitCode } = await run(argv, { cwd: repository.top, timeout: 10_000 });
      // 1: not ignored, or tracked all the same. 127: without git nothing is committed.
      if (exitCode === 127) return 'no repository';
      return exitCode === 0 ? 'ignored' : exitCode === 1 ? 'exposed' : 'unknown';
    });
  }

  async askCredential(folder: string, verb: 'fill' | 'approve' | 'reject', question: string): Promise<string> {
    const options = { input: question, timeout: 30_000 };
    const { exitCode, stdout } = await this.#stand(folder, ({ run }) => run(['credential', verb], options));
    return exitCode === 0 ? stdout : '';
  }

  /** Runs git beside a repository. What is made for that goes when `use` ends. */
  async #stand<T>(folder: string, use: (stand: Stand) => Promise<T>): Promise<T> {
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

  async #fill(own: string, repository: Repository | undefined): Promise<void> {
    const sha256 = /^\s*objectformat\s*=\s*"?sha256\b/im.test(await this.#readConfig(repository));
    const format = sha256 ? 'repositoryformatversion = 1\n[extensions]\n\tobjectformat = sha256' : 'bare = false';
    await Promise.all(['objects', 'refs', 'info'].map((name) => mkdir(join(own, name))));
    await writeFile(join(own, 'HEAD'), 'ref: refs/heads/none\n');
    await writeFile(join(own, 'config'), `[core]\n\t${format}\n`);
    // Patterns are data, as those of .gitignore are.
    const excludes = await this.#read(repository?.common, 'info/exclude');
    await writeFile(join(own, 'info/exclude'), excludes);
  }

  #readConfig(repository: Repository | undefined): Promise<string> {
    return this.#read(repository?.common, 'config');
  }

  /** Empty where there is no such text. */
  async #read(folder: string | undefined, name: string): Promise<string> {
    if (folder === undefined) return '';
    return (await this.#files.readText(join(folder, name), configLimit).catch(() => undefined)) ?? '';
  }
}

/** Of `git config -z --list`: the name, a line's end, the value; a name alone is true. */
function parseSettings(text: string): ReadonlyMap<string, readonly string[]> {
  const settings = new Map<string, string[]>();
  for (const row of text.split('\0')) {
    const end = row.indexOf('\n');
    const [name, value] = end < 0 ? [row, 'true'] : [row.slice(0, end), row.slice(end + 1)];
    if (name !== '') settings.set(name, [...(settings.get(name) ?? []), value]);
  }
  return settings;
}
