import type { Context } from '../../ports/context.ts';

const operations: Readonly<Record<string, string>> = { get: 'fill', store: 'approve', erase: 'reject' };

/**
 * Asks the person's git what a git inside asks: the operation, then lines of
 * `key=value`. Only for hosts of the project's own remotes, whatever runs in
 * the workspace: a login elsewhere is nobody's business there. Empty where
 * there is no answer; nothing is asked at the terminal.
 */
export async function answerCredential(context: Context, folder: string, question: string): Promise<string> {
  const [operation = '', ...lines] = question.split('\n');
  const verb = operations[operation];
  const host = lines.find((line) => line.startsWith('host='))?.slice('host='.length);
  if (verb === undefined || host === undefined || !(await listHosts(context, folder)).includes(host)) return '';
  const { exitCode, stdout } = await context.processes.run(['git', 'credential', verb], {
    cwd: folder,
    input: `${lines.filter((line) => line !== '').join('\n')}\n\n`,
    env: { GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'true', SSH_ASKPASS: 'true' },
    timeout: 30_000,
  });
  return exitCode === 0 ? stdout : '';
}

/** With their ports, as git names them. */
async function listHosts({ processes }: Context, folder: string): Promise<readonly string[]> {
  const { stdout } = await processes.run(['git', 'config', '--get-regexp', '^remote\\..*\\.(push)?url$'], {
    cwd: folder,
    timeout: 5_000,
  });
  return stdout.split('\n').flatMap((row) => {
    const url = row.slice(row.indexOf(' ') + 1);
    return URL.canParse(url) && /^https?:/.test(url) ? [new URL(url).host] : [];
  });
}
