import { gitTrust } from '../model/git-trust.ts';
import type { Context } from '../ports/context.ts';
import { runInSession, type ExecRequest } from './run-in-session.ts';
import { findGpgAgent } from '../containers/agents/find-gpg-agent.ts';
import { forwardAgents } from '../containers/agents/forward.ts';
import type { Session } from './open-session.ts';
import { printGitConfig, readGitPerson } from './read-git-person.ts';

/** As `runInSession`, with the person's agents, git identity and git credentials lent for as long as it runs. */
export async function runWithAgents(context: Context, session: Session, request: ExecRequest): Promise<number> {
  const reading = readGitPerson(context, session.folder);
  const gpg = reading.then(({ openpgp }) => openpgp && findGpgAgent(context, openpgp.key));
  const [person, forwarding] = await Promise.all([reading, forwardAgents(context, session, gpg)]);
  const config = [
    ...person.config,
    ...(request.root || session.user === '0:0' ? [gitTrust] : []),
    ...((forwarding?.openpgp === true && person.openpgp?.config) || []),
    ...(forwarding?.config ?? []),
  ];
  try {
    return await runInSession(context, session, {
      ...request,
      env: [...(forwarding?.env ?? []), ...printGitConfig(config), ...request.env],
    });
  } finally {
    await forwarding?.stop();
  }
}
