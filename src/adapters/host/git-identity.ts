import type { Git } from '../../ports/git.ts';
import type { Machine } from '../../ports/machine.ts';

/** Identity from git: its environment variables first, then the repository, then the person's configuration, as `git commit` does. */
export class GitIdentity {
  readonly #git: Git;
  readonly #machine: Pick<Machine, 'user' | 'hostname'>;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(git: Git, machine: Pick<Machine, 'user' | 'hostname'>, env = process.env) {
    this.#git = git;
    this.#machine = machine;
    this.#env = env;
  }

  async author(folder: string): Promise<string> {
    const [own, repository] = await Promise.all([this.#git.readSettings(folder), this.#git.readRepository(folder)]);
    const known = (name: string): string | undefined => repository.get(name)?.at(-1) ?? own.get(name);
    const name = tidy(this.#env['GIT_AUTHOR_NAME'] || known('user.name'));
    const mail = tidy(this.#env['GIT_AUTHOR_EMAIL'] || known('user.email'));
    const fallback = `${this.#machine.user}@${this.#machine.hostname}`;
    if (name === '') return mail === '' ? fallback : `${this.#machine.user} <${mail}>`;
    return `${name} <${mail === '' ? fallback : mail}>`;
  }
}

/** As git does: no control characters and no angle brackets inside the parts. */
const tidy = (text = ''): string => text.replace(/[\p{Cc}\p{Cf}<>]/gu, '').trim();
