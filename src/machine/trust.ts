import { DevenvError } from '../errors/devenv-error.ts';
import type { Context } from '../ports/context.ts';
import { readProject } from '../observe/project.ts';
import { describeTrust, observeTrust, revokeTrust, writeTrust, type Trust } from '../containers/require-trust.ts';

export type TrustWish = 'show' | 'grant' | 'revoke';

/** Shows, grants or ends the trust in a project, and gives what holds then. Throws NOT_CONFIRMED. */
export async function manageTrust(context: Context, wish: TrustWish): Promise<Trust> {
  const project = await readProject(context);
  if (wish === 'revoke') {
    await revokeTrust(context, project.folder);
    return observeTrust(context, project);
  }
  const trust = await observeTrust(context, project);
  if (wish === 'show' || trust.trusted) return trust;
  for (const line of describeTrust(trust)) context.progress.note(line);
  if (!(await context.prompt.confirm(`Trust ${project.folder} with exactly that?`, false))) {
    throw new DevenvError('NOT_CONFIRMED', 'Nobody agreed.', { state: 'Nothing is trusted that was not before.' });
  }
  await writeTrust(context, trust);
  return observeTrust(context, project);
}
