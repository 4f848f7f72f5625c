import type { Context } from './context.ts';
import { runInSession, type ExecRequest } from './exec.ts';
import { forwardAgents } from './forward.ts';
import type { Session } from './open-session.ts';
import { printGitConfig, readGitPerson } from './read-git-person.ts';

/** As `runInSession`, with the person's ssh agent, git identity and git credentials lent for as long as it runs. */
export async function runWithAgents(context: Context, session: Session, request: ExecRequest): Promise<number> {
  const [person, forwarding] = await Promise.all([
    readGitPerson(context, session.folder),
    forwardAgents(context, session),
  ]);
  const config = [...person, ...(forwarding?.config ?? [])];
  try {
    return await runInSession(context, session, {
      ...request,
      env: [...(forwarding?.env ?? []), ...printGitConfig(config), ...request.env],
    });
  } finally {
    await forwarding?.stop();
  }
}
