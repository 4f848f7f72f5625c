import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DevenvError } from '../../errors/devenv-error.ts';
import type { RunOptions, RunResult } from '../../ports/processes.ts';
import { makePrivateFolder } from './make-private-folder.ts';

/** https, ssh, `user@host:path`, or file. Nothing that starts like an option, and no helper such as `ext::`. */
const addressGrammar = /^(?:(?:https|ssh|file):\/\/[^\s\0]{1,1000}|[\w.-]{1,100}@[\w.-]{1,200}:[^\s\0]{1,1000})$/;

/** Protocols of git, its settings for a repository that nobody vouches for. */
const careful = [
  ...['-c', 'protocol.allow=never', '-c', 'protocol.https.allow=always', '-c', 'protocol.ssh.allow=always'],
  ...['-c', 'protocol.file.allow=always', '-c', 'core.hooksPath=/dev/null', '-c', 'submodule.recurse=false'],
];

/** Errors as `Git.readRemote`. `run`: git with careful surroundings. */
export async function readRemote<T>(
  run: (argv: readonly string[], options: RunOptions) => Promise<RunResult>,
  project: string,
  address: string,
  use: (read: (path: string, limit: number) => Promise<string | undefined>) => Promise<T>,
): Promise<T> {
  if (!addressGrammar.test(address))
    throw unreadable(address, 'expected an address such as https://git.example.com/team/template.git');
  const own = await makePrivateFolder('devenv-template-', project);
  try {
    const folder = join(own, 'repository');
    const clone = ['clone', '--quiet', '--bare', '--depth=1', '--no-tags', '--template=', '--filter=blob:limit=256k'];
    // Not in the project, whose repository could have settings.
    const made = await run([...careful, ...clone, '--', address, folder], { cwd: own, timeout: 60_000 });
    if (made.exitCode !== 0) throw unreadable(address, explain(made));
    return await use(async (path, limit) => {
      const argv = [...careful, `--git-dir=${folder}`, 'cat-file', 'blob', `HEAD:${path}`];
      const { exitCode, stdout } = await run(argv, { cwd: own, timeout: 10_000 });
      return exitCode === 0 && Buffer.byteLength(stdout) <= limit ? stdout : undefined;
    });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

function explain({ exitCode, stderr }: RunResult): string {
  if (exitCode === 127) return 'git is not installed';
  if (exitCode === 124) return 'it took more than a minute';
  return stderr.trim().split('\n').at(-1) ?? '';
}

const unreadable = (address: string, reason: string): DevenvError =>
  new DevenvError('TEMPLATE_UNREADABLE', `The template ${address} cannot be read: ${reason}.`, {
    state: 'Nothing was written.',
  });
