import type { Machine } from '../../ports/machine.ts';
import type { Processes } from '../../ports/processes.ts';

/** Identity from git: its environment variables first, then its configuration, as `git commit` does. */
export class GitIdentity {
  readonly #processes: Processes;
  readonly #machine: Pick<Machine, 'user' | 'hostname'>;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(processes: Processes, machine: Pick<Machine, 'user' | 'hostname'>, env = process.env) {
    this.#processes = processes;
    this.#machine = machine;
    this.#env = env;
  }

  async author(folder: string): Promise<string> {
    const { stdout } = await this.#processes.run(['git', 'config', '-z', '--get-regexp', '^user\\.(name|email)$'], {
      cwd: folder,
      timeout: 5_000,
    });
    const known = Object.fromEntries(
      stdout.split('\0').map((row): [string, string] => {
        const end = row.indexOf('\n');
        return [row.slice(0, end), row.slice(end + 1)];
      }),
    );
    const name = tidy(this.#env['GIT_AUTHOR_NAME'] || known['user.name']);
    const mail = tidy(this.#env['GIT_AUTHOR_EMAIL'] || known['user.email']);
    const fallback = `${this.#machine.user}@${this.#machine.hostname}`;
    if (name === '') return mail === '' ? fallback : `${this.#machine.user} <${mail}>`;
    return `${name} <${mail === '' ? fallback : mail}>`;
  }
}

/** As git does: no control characters and no angle brackets inside the parts. */
const tidy = (text = ''): string => text.replace(/[\p{Cc}\p{Cf}<>]/gu, '').trim();
