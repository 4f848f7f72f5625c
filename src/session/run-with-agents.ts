import { gitTrust } from '../model/git-trust.ts';
import type { Context } from '../ports/context.ts';
import { runInSession, type ExecRequest } from './run-in-session.ts';
import { agreeLogins, listLogins } from '../containers/agents/agree-logins.ts';
import { findGpgAgent } from '../containers/agents/find-gpg-agent.ts';
import { forwardAgents } from '../containers/agents/forward.ts';
import type { Session } from './open-session.ts';
import { printGitConfig, readGitPerson } from './read-git-person.ts';

/** Like `runInSession`, with the person's agents, git identity and git logins forwarded while it runs. */
export async function runWithAgents(context: Context, session: Session, request: ExecRequest): Promise<number> {
  const { git } = context;
  const { folder } = session;
  const [own, repository] = await Promise.all([git.readSettings(folder), git.readRepository(folder)]);
  const hosts = await agreeLogins(context, folder, listLogins(own, repository));
  const reading = readGitPerson(context, own, repository);
  const gpg = reading.then(({ openpgp }) => openpgp && findGpgAgent(context, openpgp.key));
  const [person, forwarding] = await Promise.all([reading, forwardAgents(context, session, { hosts, gpg })]);
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
