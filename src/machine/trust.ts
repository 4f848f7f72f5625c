import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';
import { listLogins } from '../containers/agents/agree-logins.ts';
import { listRepositoryNeeds } from '../containers/repository/agree-repository.ts';
import { describeTrust, observeTrust, type Trust } from '../containers/require-trust.ts';
import { revokeTrust, writeTrust } from '../containers/trust-record.ts';

type TrustWish = 'show' | 'grant' | 'revoke';

/** Shows, grants or revokes the trust in a project. Returns the resulting state. Throws NOT_CONFIRMED. */
export async function manageTrust(context: Context, wish: TrustWish): Promise<Trust> {
  const project = await readProject(context, 'all');
  const { folder } = project;
  const [own, repository] = await Promise.all([context.git.readSettings(folder), context.git.readRepository(folder)]);
  const more = [...listLogins(own, repository), ...(await listRepositoryNeeds(context.files, folder))];
  const observe = (): Promise<Trust> => observeTrust(context, project, more);
  if (wish === 'revoke') await revokeTrust(context, folder);
  const trust = await observe();
  if (wish !== 'grant' || trust.trusted) return trust;
  for (const line of describeTrust(trust)) context.progress.note(line);
  if (!(await context.prompt.confirm(`Agree to exactly this for ${folder}?`, false))) {
    throw new DevenvError('NOT_CONFIRMED', 'You did not agree.', {
      state: 'Earlier agreements are still valid.',
      hint: 'Run `devenv trust --yes` to agree without a question.',
    });
  }
  await writeTrust(context, folder, trust);
  return observe();
}
