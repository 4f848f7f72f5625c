import type { Git } from '../../ports/git.ts';
import type { Machine } from '../../ports/machine.ts';

/** The person's name and mail, as `git commit` finds them: environment variables, the repository, the person's configuration. */
export async function readIdentity(
  git: Git,
  machine: Pick<Machine, 'user' | 'hostname'>,
  folder: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const [own, repository] = await Promise.all([git.readSettings(folder), git.readRepository(folder)]);
  const known = (name: string): string | undefined => repository.get(name)?.at(-1) ?? own.get(name);
  const name = clean(env['GIT_AUTHOR_NAME'] || known('user.name'));
  const mail = clean(env['GIT_AUTHOR_EMAIL'] || known('user.email'));
  const fallback = `${machine.user}@${machine.hostname}`;
  if (name === '') return mail === '' ? fallback : `${machine.user} <${mail}>`;
  return `${name} <${mail === '' ? fallback : mail}>`;
}

/** Removes control characters and angle brackets, as git does. */
const clean = (text = ''): string => text.replace(/[\p{Cc}\p{Cf}<>]/gu, '').trim();
